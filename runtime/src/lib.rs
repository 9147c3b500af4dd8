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
//!     net.train_step(x, t, &mut sgd, &mut workspace, &mut grads)?; // allocates nothing
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
//!   allocate; or all of it in a [`Trainer`]. A [`Batch`] is what code for any
//!   network computes with.
//! - **Keeping**: [`saving`] writes and reads the parameters, and checkpoints of a
//!   training, as `safetensors`.
//! - **Checking**: [`GradientCheck`]; [`Error`], which every operation returns
//!   for data that cannot be right.
//! - **Understanding**: [`layers`] and [`losses`], with the formulas, forward
//!   beside backward.
//!
//! # Threads
//!
//! Large products are divided among the threads of rayon's pool, the one that is
//! current where a network is used; `RAYON_NUM_THREADS=1` or a pool of one thread
//! turns that off, as does leaving out the feature `threads`. Small ones stay on
//! the calling thread by themselves. The first large one starts the pool. Images that
//! are gathered in the pool are divided among its threads as well.
//!
//! To enter the pool takes 10 to 100 µs, for which a step on a network like the book's is
//! too short; where the whole loop runs in it (`rayon::scope`, or `install` of a pool), such
//! steps are divided too.
//!
//! # Features
//!
//! On by default, `default-features = false` turns them off:
//!
//! - `threads`: large products are divided among threads, as above.
//! - `draw`: graphs and networks draw themselves, see [`mod@graph`].
//!
//! Off by default:
//!
//! - `progress`: the [`Trainer`] shows a bar with the remaining time.
//! - `plot`: draws the [`History`](trainer::History) of a training as SVG.
//!
//! # The same numbers
//!
//! The same seed gives the same numbers, bit for bit, on the same machine, for any
//! number of threads. On another kind of processor sums are rounded differently in
//! the last place.

pub mod data;
#[cfg(feature = "draw")]
mod draw;
mod error;
pub mod graph;
pub mod join;
mod kernels;
pub mod layers;
pub mod losses;
mod network;
mod optim;
mod params;
mod rng;
pub mod saving;
pub mod trainer;
mod training;

/// The version of `ndarray` whose arrays this crate takes and gives.
pub use ndarray;

#[doc(inline)]
pub use chainrule_macros::Tensors;
pub use error::{Error, Overflowed};
pub use kernels::scalar::Scalar;
pub use network::declared::Network;
pub use network::gradient_check::{GradientCheck, TensorDifference};
pub use network::info::LayerInfo;
pub use network::input::{Input, Label, Target};
pub use network::signature::Signature;
pub use network::trace::{LayerTrace, Trace};
pub use network::workspace::Workspace;
pub use optim::{
    AdaGrad, Adam, AdamW, LearningRate, Momentum, Nesterov, Optimizer, RmsProp, Sgd, clip_norm,
    clip_values, schedule,
};
pub use params::init::Init;
pub use params::sgd_step::SgdStep;
pub use params::tensor::{Kind, Numbers, TensorInfo, Tensors};
pub use rng::Rng;
#[doc(inline)]
pub use trainer::Trainer;
pub use training::batch::Batch;

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
///   which compares the last two; `trace`, which tells how large the values of
///   each layer are; `update`, which takes an [`Optimizer`]; and
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
/// # Several paths
///
/// A network that is not a chain has lines in braces, each of which names a
/// value. Values are added and multiplied element by element, and put side by
/// side by `concat`. A layer that has a name can be used again: its weights are
/// shared, its gradients add up.
///
/// ```
/// use chainrule::{Init, Rng, network};
///
/// network! {
///     /// Whether two pictures show the same.
///     pub struct Same {
///         input left: [64];
///         input right: [64];
///         let a = left -> embed: Affine(64, 8) -> Relu;
///         let b = right -> embed -> Relu;
///         concat(a * b, a + b) -> Affine(2) => SoftmaxWithLoss
///     }
/// }
///
/// let net = Same::new(Init::He, &mut Rng::seed(0));
/// let (left, right) = ([[0.5; 64]; 3], [[0.25; 64]; 3]);
/// assert_eq!(net.predict((&left, &right))?.dim(), (3, 2));
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// Several inputs are given as a tuple. Several outputs, `(a, b) => my::Loss`,
/// come out of `predict` as one.
///
/// # Repetition
///
/// `repeat 3 { Affine(64, 64) -> Relu }` stands for the layers in braces, three
/// times one after the other.
///
/// # Layers of your own
///
/// A path that names no layer of this crate names a type that implements
/// [`Layer`](layers::Layer), where there is an example. So does every declared
/// network: `Encoder -> Decoder => IdentityWithLoss` has the fields `encoder` and
/// `decoder`. A function of each number by itself stands behind `map`, as in the
/// example of [`Activation`](layers::Activation).
///
/// # Forms
///
/// In the place of an expression, without `struct`, it makes a network of an
/// anonymous type, with weights drawn by [`Init::Suited`] from a generator seeded
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

/// Declares a function by its expression: a computational graph, as in the
/// first half of chapter 5, with its pass forward and its pass backward.
///
/// ```
/// use chainrule::graph;
///
/// graph! {
///     /// What apples and oranges cost (section 5.4 of the book).
///     pub struct Purchase(apple, apple_num, orange, orange_num, tax) {
///         let apple_price = apple * apple_num;
///         let orange_price = orange * orange_num;
///         let all_price = apple_price + orange_price;
///         all_price * tax
///     }
/// }
///
/// let purchase = Purchase::forward(100.0, 2.0, 150.0, 3.0, 1.1);
/// assert_eq!(purchase.output, 715.0000000000001);
/// assert_eq!(purchase.all_price, 650.0);
///
/// let grads = purchase.backward(1.0);
/// assert_eq!((grads.apple, grads.apple_num), (2.2, 110.00000000000001));
/// assert_eq!((grads.all_price, grads.tax), (1.1, 650.0));
///
/// # #[cfg(feature = "draw")]
/// assert!(purchase.drawing_with(&grads).svg().starts_with("<svg"));
/// ```
///
/// # What it expands to
///
/// - A struct of the values: a public field for each input, each `let`, each
///   node without a name (`mul1`, `exp2`: its function and its number), and
///   `output`. It comes from `Purchase::forward` alone, so that there is no
///   `backward` before a `forward`.
/// - `PurchaseGrads`, a struct of the derivatives of the output: a field for each
///   value that depends on an input. Derivatives of constants are not computed.
/// - `forward`, a line for each node in the order written; `backward(dout)`, a
///   line for each in reverse order; with the feature `draw`, `drawing()` and
///   `drawing_with(&grads)`, which return a `Drawing` (see [`mod@crate::graph`]).
///
/// Both structs implement `Clone`, `Debug` and `PartialEq`. They are generic over
/// the scalar type: `Purchase` is `Purchase<f64>`, the type of the literals that
/// `forward` is called with, and `Purchase::<f32>::forward` computes in `f32`.
///
/// # Expressions
///
/// `+`, `-`, `*`, `/`; `x.powi(2)`, `x.powf(y)`, `x.exp()`, `x.ln()`, `x.sqrt()`,
/// `x.sin()`, `x.cos()`, `x.tanh()`, `x.sigmoid()`, `x.relu()`, `x.max(y)`, each
/// also as a call, `exp(x)`. Constants are literals with a point, `2.0`, and
/// constants in scope of type `f64` or `f32`, `RATE` or `rates::LOW`.
///
/// # Arrays
///
/// An input with brackets is an `ndarray` array: `[_]` of one axis, `[_, _]` of
/// two. All of the above is then done element by element, where a number goes
/// with every element and an array of one axis with every row; `x.dot(w)` is the
/// product, `x.sum()` the sum of all elements. The number of axes is checked by
/// the macro. Lengths are known at run time only, so `forward` returns a
/// `Result`, whose [`Error`](crate::Error) names the node; `backward` does where
/// the output is an array.
///
/// ```
/// use chainrule::graph;
/// use chainrule::ndarray::{Array2, array};
///
/// graph! {
///     /// The affine layer for a batch (section 5.6.2 of the book).
///     struct Affine(x: [_, _], w: [_, _], b: [_]) { x.dot(w) + b }
/// }
///
/// let (x, w, b) = (array![[1.0, 2.0]], array![[1.0, 0.0], [0.0, -1.0]], array![0.5, 0.5]);
/// let affine = Affine::forward(x.clone(), w.clone(), b)?;
/// assert_eq!(affine.output, array![[1.5, -1.5]]);
/// assert_eq!(affine.backward(array![[1.0, 10.0]])?.w, array![[1.0, 10.0], [2.0, 20.0]]);
///
/// let error = Affine::forward(x, w, array![0.5]).unwrap_err();
/// assert!(error.to_string().starts_with("output = x.dot(w) + b: "));
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// Mistakes are told by the compiler at what was written:
///
/// ```compile_fail
/// chainrule::graph! {
///     struct Area(width, height) { width * hieght }
/// }
/// ```
#[macro_export]
macro_rules! graph {
    () => {
        ::core::compile_error!(
            "`graph!` is empty\nhelp: write `struct Name(x, y) { x * y }`"
        );
    };
    // As for `network!`.
    ($($tokens:tt)*) => { $crate::__private::graph! { [$crate] $($tokens)* } };
}

/// What the expansion of `network!` calls. Not for use by hand: it changes
/// without notice.
#[doc(hidden)]
pub mod __private {
    pub use std::boxed::Box;

    pub use chainrule_macros::{graph, network};
    pub use ndarray::{Array2, ArrayView2, ArrayViewMut2};

    pub use crate::graph::nodes;
    pub use crate::layers::fusion::{
        FusedRelu, Stored, WeightGradients, apply_deferred, forward_relu,
    };
    pub use crate::layers::observer::Observer;
    pub use crate::network::accuracy::accuracy_in;
    pub use crate::network::const_checks::{check_link, check_size, largest, total};
    pub use crate::network::create::{boxed_clone, initialised, workspace_for};
    pub use crate::network::gradient::{gradient_in, gradient_of};
    pub use crate::network::gradient_check::{gradient_check, numerical_gradient};
    pub use crate::network::predict::{loss_in, parts, predict, predict_in};
    pub use crate::network::summary::summary;
    pub use crate::network::trace::trace;
    pub use crate::network::workspace::{slots, slots_from};
    pub use crate::params::const_table::{TensorTable, span, tensors, trained};
    pub use crate::training::train_step::train_step;

    /// Stands where a declaration with mistakes has no code.
    pub fn mistake() -> ! {
        unreachable!("a network with mistakes does not compile")
    }
}
