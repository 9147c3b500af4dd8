//! Neural networks declared in one line, differentiated at compile time.
//!
//! [`network!`] declares a network as a chain of [`layers`] that ends in one of
//! the [`losses`]. It expands to a plain struct with the pass forward and the
//! pass backward written out, which call the kernels of this crate. The
//! computational graphs, layers and names are those of chapter 5 of *Deep
//! Learning from Scratch* (Saitoh, O'Reilly), "the book" in these pages.
//!
//! ```
//! use chainrule::{Init, Rng, Sgd, Workspace, network};
//!
//! network! {
//!     /// The two-layer network of chapter 5.
//!     pub struct TwoLayerNet = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
//! }
//!
//! let mut rng = Rng::seed(0);
//! let mut net = TwoLayerNet::new(Init::Normal(0.01), &mut rng);
//!
//! // Any `ndarray` view of shape `batch × 784` will do, or plain arrays.
//! let (x, t) = (&[[0.5; 784], [0.1; 784]], &[3, 7]);
//!
//! let mut sgd = Sgd::new(0.1)?;
//! let (mut workspace, mut grads) = (Workspace::new(), TwoLayerNet::zeros());
//! let before = net.loss(x, t)?;
//! for _ in 0..20 {
//!     net.gradient_in(x, t, &mut workspace, &mut grads)?; // allocates nothing
//!     net.update(&mut sgd, &grads);
//! }
//! assert!(net.loss(x, t)? < before);
//! # Ok::<(), chainrule::Error>(())
//! ```
//!
//! # Where things are
//!
//! - **Declaring**: [`network!`], and the trait [`Network`] that it implements.
//! - **Giving data**: [`Input`] and [`Target`] say what a network takes; [`data`]
//!   reads data sets and draws mini-batches.
//! - **Starting**: [`Init`] draws the first weights from an explicit [`Rng`].
//! - **Training**: [`Sgd`], [`Adam`] or any other [`Optimizer`]; [`clip_norm`];
//!   [`schedule`]s of the learning rate; [`Workspace`] for steps that do not
//!   allocate.
//! - **Keeping**: [`saving`] writes and reads the parameters as `safetensors`.
//! - **Checking**: [`GradientCheck`]; [`Error`], which every operation returns
//!   for data that cannot be right.
//! - **Understanding**: [`layers`] and [`losses`], with the formulas, forward
//!   beside backward.
//!
//! The same seed gives the same numbers, bit for bit, on the same machine. On
//! another kind of processor sums are rounded differently in the last place.

mod check;
pub mod data;
mod error;
mod gradient_check;
mod init;
mod input;
pub mod join;
mod kernels;
pub mod layers;
pub mod losses;
mod network;
mod optimizer;
mod rng;
pub mod saving;
mod scalar;
pub mod schedule;
mod summary;
mod tensor;
mod trace;
mod workspace;

/// The version of `ndarray` whose arrays this crate takes and gives.
pub use ndarray;

pub use error::Error;
pub use gradient_check::{GradientCheck, TensorDifference};
pub use init::Init;
pub use input::{Input, Label, Target};
pub use network::{LayerInfo, Network};
pub use optimizer::{
    AdaGrad, Adam, AdamW, LearningRate, Momentum, Nesterov, Optimizer, RmsProp, Sgd, clip_norm,
    clip_values,
};
pub use rng::Rng;
pub use scalar::Scalar;
pub use tensor::{Kind, Numbers, TensorInfo, Tensors};

#[doc(inline)]
pub use chainrule_macros::Tensors;
pub use trace::{LayerTrace, Trace, Watch};
pub use workspace::Workspace;

/// Declares a network: its layers in a chain, and the loss at its end.
///
/// ```
/// use chainrule::{Init, Rng, Sgd, network};
///
/// network! {
///     /// Tells whether exactly one of two inputs is 1.
///     pub struct Xor = Affine(2, 8) -> Sigmoid -> Affine(8, 2) => SoftmaxWithLoss;
/// }
///
/// let x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
/// let t = [0, 1, 1, 0];
///
/// let mut net = Xor::new(Init::Normal(1.0), &mut Rng::seed(0));
/// let mut sgd = Sgd::new(1.0)?;
/// for _ in 0..1000 {
///     let grads = net.gradient(&x, &t)?;
///     net.update(&mut sgd, &grads);
/// }
/// assert_eq!(net.accuracy(&x, &t)?, 1.0);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # What it expands to
///
/// - A `#[repr(C)]` struct with a public field for each layer that has
///   parameters, called as in the book (`affine1`, `affine2`) or as named
///   (`hidden: Affine(2, 8)`): `net.affine1.weight[i][o]`.
/// - [`Layer`](layers::Layer) for it, with the passes unrolled: `forward`,
///   `infer`, and `backward` in reverse order, which computes no gradient that
///   nobody reads; and [`Network`], with what is told of it as a whole.
/// - The operations of the book as methods: `new(init, &mut rng)`, `predict`,
///   `loss`, `accuracy`, `gradient`, `numerical_gradient`; `gradient_check`,
///   which compares the last two; `update`, which takes an [`Optimizer`]; and
///   for each operation a form that ends in `_in`, takes a [`Workspace`] and
///   allocates nothing.
/// - The constants `INPUTS`, `OUTPUTS`, `PARAMS`, `FLOPS`, `TRAINING_FLOPS`,
///   `WORKSPACE_PER_SAMPLE` and `TENSORS`.
/// - `Display` and `Debug`, which print the layer table; `Clone` for the box
///   that the network lives in.
///
/// # The scalar type
///
/// `Xor` is `Xor<f32>`, also in `Xor::new`, `Xor::zeros` and `Xor::PARAMS`. Where
/// `f64` is wanted it is `Xor<f64>`; `Xor::<f64>::new` and `Xor::<f64>::PARAMS`
/// come from the trait [`Network`], `Xor::<f64>::zeros` from [`Numbers`], which
/// have to be imported in other modules than that of the declaration.
///
/// # Losses of your own
///
/// `gradient_of` takes a closure in the place of the declared loss: it is given
/// the scores, `batch × outputs`, replaces each by the derivative of the loss
/// with respect to it, and returns the loss. Here is the step of a policy
/// gradient (Williams, 1992), `L = -1/B Σ return · ln softmax(scores)[action]`:
///
/// ```
/// use chainrule::{Init, Rng, Sgd, Workspace, network};
///
/// network! { struct Policy = Affine(4, 16) -> Relu -> Affine(16, 2) => SoftmaxWithLoss; }
///
/// let mut policy = Policy::new(Init::He, &mut Rng::seed(0));
/// let (observations, actions, returns) = ([[0.1; 4], [-0.2; 4]], [0, 1], [1.0, -0.5]);
///
/// let (mut workspace, mut grads) = (Workspace::new(), Policy::zeros());
/// let loss = policy.gradient_of(
///     &observations,
///     |mut scores| {
///         let batch = scores.nrows() as f32;
///         let mut loss = 0.0;
///         for (sample, mut row) in scores.rows_mut().into_iter().enumerate() {
///             let largest = row.iter().copied().fold(f32::MIN, f32::max);
///             row.mapv_inplace(|score| (score - largest).exp());
///             row /= row.sum();
///             loss -= returns[sample] * row[actions[sample]].ln() / batch;
///             // The derivative: return · (probability - 1 for the action) / batch.
///             row[actions[sample]] -= 1.0;
///             row *= returns[sample] / batch;
///         }
///         loss
///     },
///     &mut workspace,
///     &mut grads,
/// )?;
/// policy.update(&mut Sgd::new(0.01)?, &grads);
/// assert!(loss.is_finite());
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Layers of your own
///
/// A path that names no layer of this crate names a type that implements
/// [`Layer`](layers::Layer), where there is an example. So does every declared
/// network: `Encoder -> Decoder => IdentityWithLoss` has the fields `encoder` and
/// `decoder`.
///
/// # Forms
///
/// In the place of an expression, without `struct`, it makes a network of an
/// anonymous type, with weights drawn by [`Init::He`] from a generator seeded
/// with 0. Either form may stand between `<` and `>`.
///
/// ```
/// let net = chainrule::network!(<Affine(2, 3) -> Relu -> Affine(3, 1) => IdentityWithLoss>);
/// println!("{net}");
/// ```
///
/// # Sizes
///
/// A size is a literal or a const expression. Where it is known what comes in,
/// only the outputs are written:
///
/// ```
/// const HIDDEN: usize = 3 * 7;
/// chainrule::network! {
///     struct Narrow = Input(28 * 28) -> Affine(HIDDEN) -> Relu -> Affine(10) => SoftmaxWithLoss;
/// }
/// const _: () = assert!(Narrow::PARAMS < 20_000);
/// ```
///
/// Layers whose sizes do not fit are refused by the compiler:
///
/// ```compile_fail
/// chainrule::network! {
///     struct Wrong = Affine(784, 50) -> Relu -> Affine(60, 10) => SoftmaxWithLoss;
/// }
/// ```
#[macro_export]
macro_rules! network {
    () => {
        ::core::compile_error!(
            "a network is missing\n\
             help: write `struct Name = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;`"
        );
    };
    // `$crate` names this crate however the user has renamed it.
    ($($tokens:tt)*) => { $crate::__private::network! { [$crate] $($tokens)* } };
}

/// What the expansion of `network!` calls. Not for use by hand: it changes
/// without notice.
#[doc(hidden)]
pub mod __private {
    pub use std::boxed::Box;

    pub use chainrule_macros::network;
    pub use ndarray::{Array2, ArrayView2, ArrayViewMut2};

    pub use crate::check::{TensorTable, check_link, check_size, largest, tensors};
    pub use crate::gradient_check::{gradient_check, numerical_gradient};
    pub use crate::network::{
        accuracy_in, boxed_clone, gradient_in, gradient_of, initialised, loss_in, parts, predict,
        predict_in,
    };
    pub use crate::summary::summary;
    pub use crate::trace::trace;
    pub use crate::workspace::slots;

    /// Stands where a declaration with mistakes has no code.
    pub fn mistake() -> ! {
        unreachable!("a network with mistakes does not compile")
    }
}
