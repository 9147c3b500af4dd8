//! Neural networks declared in one line, differentiated at compile time.
//!
//! [`network!`] declares a network as a chain of [`layers`] that ends in one of the [`losses`]. It
//! expands to a plain struct with explicit forward and backward passes, which call the kernels of
//! this crate. The computational graphs, layers and names follow chapter 5 of *Deep Learning from
//! Scratch* (Saitoh, O'Reilly), called "the book" in these pages.
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
//! This network, drawn by `graph::NetworkDrawing::new(&net).svg()`:
//!
#![doc = include_str!("../pictures/network.svg")]
//!
//! # Overview
//!
//! - **Declaration**: [`network!`], and the trait [`Network`] that it implements.
//! - **Data**: [`Input`] and [`Target`] define what a network accepts; [`data`] reads data sets and
//!   draws mini-batches.
//! - **Initialization**: [`Init`] draws the first weights from an explicit [`Rng`].
//! - **Training**: [`Sgd`], [`Adam`] or any other [`Optimizer`]; [`clip_norm`]; learning rate
//!   [`schedule`]s; [`Workspace`] for steps that do not allocate; or all of it in a [`Trainer`].
//!   Code that is generic over networks computes with a [`Batch`].
//! - **Prediction**: [`NetworkExt`] has probabilities and classes, values inside a network, and the
//!   gradient with respect to its input; [`metrics`] compares predictions with targets.
//! - **Generation**: [`sampling`] draws what a network of sequences writes next.
//! - **Persistence**: [`saving`] writes and reads parameters and training checkpoints as
//!   `safetensors`.
//! - **Validation**: [`GradientCheck`] compares gradients with numerical ones. Every operation
//!   returns an [`Error`] for invalid data.
//! - **Formulas**: [`layers`] and [`losses`] document their forward and backward passes.
//!
//! # Threads
//!
//! Large products are divided among the threads of the current rayon pool. The first large product
//! starts the pool. Small products stay on the calling thread. To use a single thread, set
//! `RAYON_NUM_THREADS=1`, use a pool of one thread, or disable the feature `threads`. Images that
//! are gathered inside the pool are divided among its threads as well.
//!
//! Entering the pool takes 10 to 100 µs, which is too long for a step of a network as small as the
//! book's. If the whole training loop runs inside the pool (`rayon::scope`, or `install` of a
//! pool), such steps are divided too.
//!
//! # Features
//!
//! Enabled by default; `default-features = false` disables them:
//!
//! - `threads`: divides large products among threads, as described above.
//! - `draw`: draws graphs and networks; see [`mod@graph`].
//! - `gzip`: reads data sets that are gzip-compressed; see [`data::idx`]. Without it, they are an error.
//! - `std`: what needs a heap or files. See [below](#without-std).
//! - `precompiled`: compiles all kernels for `f32` with this crate, in debug builds those for `f64`
//!   too. Without it, a program compiles the kernels that it uses, with its own optimization. Then it
//!   builds faster from nothing and is smaller, but takes longer to build again, and computes slowly
//!   in a debug build.
//!
//! Disabled by default:
//!
//! - `precompiled-f64`: compiles the kernels for `f64` with this crate in release builds too. Without
//!   it, a program with networks of `f64` compiles those that it uses again in each build.
//! - `progress`: shows a progress bar with the remaining time in the [`Trainer`].
//! - `onnx`: writes networks as [ONNX models](onnx), and declares networks by models.
//! - `plot`: draws the [`History`](trainer::History) of a training as SVG.
//!
//! # Without `std`
//!
//! With `default-features = false`, the library and what [`network!`] expands to need neither `std` nor
//! `alloc`, so that they compile for microcontrollers, such as `thumbv7em-none-eabihf` and
//! `thumbv6m-none-eabi`. Samples are plain arrays and slices, and a [`FixedWorkspace`] is memory of the
//! caller. What remains:
//!
//! - the declared type, which can be a `static` with [`weights!`], and [`Numbers::ZEROS`];
//! - `loss_in`, `accuracy_in`, `gradient_in`, `train_step`, `update`, `init` and `parameters` of a
//!   network; `scores_in`, `probabilities_in`, `class_of_in` and `blend` of [`NetworkExt`];
//! - [`Sgd`], [`clip_norm`], [`schedule`], [`Rng`] and [`Error`];
//! - layers and losses, also your own.
//!
//! `libm` then computes what `std` did. Kernels use the instructions for which the program is compiled,
//! since there is no operating system to ask. Results are those of other machines, to rounding.
//!
//! Errors of [`Heads`](losses::Heads) are those of the head itself, without its number. The features
//! `draw`, `gzip`, `onnx`, `plot`, `progress` and `threads` enable `std`.
//!
//! # Reproducibility
//!
//! The same seed gives the same results, bit for bit, on the same machine, for any number of
//! threads. On a different kind of processor, sums may be rounded differently in the last place.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "std"), no_std)]
// What only the parts with `std` call is not marked one by one.
#![cfg_attr(not(feature = "std"), allow(dead_code))]

#[cfg(feature = "std")]
pub mod data;
#[cfg(feature = "draw")]
mod draw;
mod error;
pub mod graph;
mod kernels;
pub mod layers;
pub mod losses;
pub mod merge;
#[cfg(feature = "std")]
pub mod metrics;
mod network;
#[cfg(feature = "onnx")]
pub mod onnx;
mod optim;
mod params;
#[cfg(feature = "std")]
mod ranks;
mod rng;
#[cfg(feature = "std")]
pub mod sampling;
pub mod saving;
#[cfg(feature = "std")]
pub mod trainer;
mod training;

/// The version of `ndarray` whose arrays this crate accepts and returns.
#[cfg(feature = "std")]
pub use ndarray;

#[doc(inline)]
pub use chainrule_macros::Tensors;
pub use error::{Error, Overflowed};
pub use kernels::scalar::Scalar;
pub use layers::LayerInfo;
pub use network::declared::Network;
pub use network::extension::NetworkExt;
pub use network::fixed::FixedWorkspace;
#[cfg(feature = "std")]
pub use network::gradient_check::{GradientCheck, TensorDifference};
#[cfg(feature = "std")]
pub use network::hidden::Hidden;
pub use network::input::{HeadTarget, Input, Label, Target};
#[cfg(feature = "std")]
pub use network::input_gradient::EachInput;
pub use network::part::{IndexView, Indices, Lengths, SampleView};
pub use network::probabilities::EachOutput;
pub use network::rows::RowView;
pub use network::signature::Signature;
#[cfg(feature = "std")]
pub use network::step::{StepState, Stepped};
#[cfg(feature = "std")]
pub use network::trace::{LayerTrace, Trace};
pub use network::weighted::Weighted;
pub use network::widths::{
    Batches, IndexWidth, LengthWidth, Sample, Samples, TargetsOf, Width, Widths,
};
pub use network::workspace::Memory;
#[cfg(feature = "std")]
pub use network::workspace::Workspace;
#[cfg(feature = "std")]
pub use optim::{AdaGrad, Adam, AdamW, LayerRates, Momentum, Nesterov, RmsProp};
pub use optim::{LearningRate, Optimizer, Sgd, clip_norm, clip_values, schedule};
pub use params::init::Init;
pub use params::sgd_step::SgdStep;
pub use params::tensor::{Kind, Numbers, TensorInfo, Tensors};
#[cfg(feature = "std")]
pub use ranks::{RankError, Ranks, share};
pub use rng::Rng;
#[cfg(feature = "std")]
#[doc(inline)]
pub use trainer::Trainer;
#[cfg(feature = "std")]
pub use training::agreement::check_ranks;
#[cfg(feature = "std")]
pub use training::batch::Batch;
#[cfg(feature = "std")]
pub use training::parts::Parts;

/// Declares a network: a chain of layers that ends in a loss.
///
/// ```
/// use chainrule::{Init, Rng, Sgd, network};
///
/// network! {
///     /// Decides whether exactly one of two inputs is 1.
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
/// - A `#[repr(C)]` struct with a public field for each layer that has parameters. Fields are named
///   as in the book (`affine1`, `affine2`) or as declared (`hidden: Affine(2, 8)`):
///   `net.affine1.weight[i][o]`.
/// - An implementation of [`Layer`](layers::Layer) with unrolled passes: `forward`, `infer`, and
///   `backward` in reverse order, which computes only gradients that are used.
/// - An implementation of [`Network`], which describes the network as a whole.
/// - The operations of the book as methods: `new(init, &mut rng)`, `predict`, `loss`, `accuracy`,
///   `gradient` and `numerical_gradient`. `gradient_check` compares the last two, `trace` reports
///   the magnitude of each layer's values, and `update` takes an [`Optimizer`]. Each operation has
///   a variant with the suffix `_in` that takes a [`Workspace`] and does not allocate. More methods
///   come from the trait [`NetworkExt`]: `predict_proba`, `classes`, `hidden`, `input_gradient`,
///   `save`.
/// - The constants `INPUTS`, `OUTPUTS`, `PARAMS`, `FLOPS`, `TRAINING_FLOPS`, `WORKSPACE_PER_SAMPLE`
///   and `TENSORS`.
/// - `Display` and `Debug`, which print the layer table; `Clone` for the box that owns the network.
///
/// # The scalar type
///
/// `Xor` means `Xor<f32>`, also in `Xor::new`, `Xor::zeros` and `Xor::PARAMS`. Write `Xor<f64>` to
/// use `f64`. `Xor::<f64>::new` and `Xor::<f64>::PARAMS` come from the trait [`Network`], and
/// `Xor::<f64>::zeros` from [`Numbers`]. Outside the module of the declaration, you have to import
/// these traits, and [`NetworkExt`] for its methods.
///
/// # Custom losses
///
/// `gradient_of` takes a closure instead of the declared loss. The closure receives the scores,
/// `batch × outputs`, replaces each by the derivative of the loss with respect to it, and returns
/// the loss. This example takes one step of a policy gradient (Williams, 1992),
/// `L = -1/B Σ return · ln softmax(scores)[action]`:
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
/// # Networks that are not chains
///
/// A network that is not a chain is declared as lines in braces, each of which names a value.
/// Values can be added and multiplied elementwise, and concatenated with `concat`. A named layer
/// can be used more than once: its weights are shared, and its gradients are summed.
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
/// Several inputs are passed as a tuple, and `predict` returns several outputs,
/// `(a, b) => my::Loss`, as a tuple.
///
/// # Repetition
///
/// `repeat 3 { Affine(64, 64) -> Relu }` repeats the layers in braces three times in sequence.
///
/// # Custom layers
///
/// A path that is not the name of a layer of this crate refers to a type that implements
/// [`Layer`](layers::Layer); see the example there. Every declared network implements it too:
/// `Encoder -> Decoder => IdentityWithLoss` has the fields `encoder` and `decoder`. An elementwise
/// function is written with `map`, as in the example of [`Activation`](layers::Activation).
///
/// # Anonymous networks
///
/// As an expression, without `struct`, the macro creates a network of an anonymous type. Its
/// weights are drawn by [`Init::Auto`] from a generator with seed 0. Both forms may be enclosed
/// in `<` and `>`.
///
/// ```
/// let net = chainrule::network!(<Affine(2, 3) -> Relu -> Affine(3, 1) => IdentityWithLoss>);
/// println!("{net}");
/// ```
///
/// # Sizes
///
/// A size is a literal or a const expression. Where the number of inputs is known, only the outputs
/// are written:
///
/// ```
/// const HIDDEN: usize = 3 * 7;
/// chainrule::network! {
///     struct Narrow = Input(28 * 28) -> Affine(HIDDEN) -> Relu -> Affine(10) => SoftmaxWithLoss;
/// }
/// const _: () = assert!(Narrow::PARAMS < 20_000);
/// ```
///
/// The compiler rejects layers whose sizes do not match:
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
            "`network!` is empty\n\
             help: write `struct Name = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;`"
        );
    };
    // `$crate` names this crate even if the user has renamed it.
    ($($tokens:tt)*) => { $crate::__private::network! { [$crate] $($tokens)* } };
}

/// Declares a function by its expression: a computational graph, as in the first half of chapter 5,
/// with its forward and backward pass.
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
/// - A struct of the values. It has a public field for each input, each `let`, each unnamed node
///   (`mul1`, `exp2`: the function and a number), and `output`. Only `Purchase::forward` creates
///   it, so `backward` cannot be called before `forward`.
/// - `PurchaseGrads`, a struct of the derivatives of the output, with a field for each value that
///   depends on an input. Derivatives of constants are not computed.
/// - `forward`, with one line per node in the order written; `backward(dout)`, with one line per
///   node in reverse order. With the feature `draw`, `drawing()` and `drawing_with(&grads)` return
///   a `Drawing` (see [`mod@crate::graph`]).
///
/// Both structs implement `Clone`, `Debug` and `PartialEq`. They are generic over the scalar type.
/// `Purchase` is `Purchase<f64>`, the type of the literals in the call of `forward`;
/// `Purchase::<f32>::forward` computes in `f32`.
///
/// # Expressions
///
/// The operators `+`, `-`, `*` and `/`, and the functions `x.powi(2)`, `x.powf(y)`, `x.exp()`,
/// `x.ln()`, `x.sqrt()`, `x.sin()`, `x.cos()`, `x.tanh()`, `x.sigmoid()`, `x.relu()` and
/// `x.max(y)`. Each function can also be written as a call, `exp(x)`. Constants are literals with a
/// decimal point, `2.0`, and constants in scope of type `f64` or `f32`, such as `RATE` or
/// `rates::LOW`.
///
/// # Arrays
///
/// An input with brackets is an `ndarray` array: `[_]` has one axis, `[_, _]` two. All of the above
/// works elementwise: a number is broadcast to every element, and an array of one axis to every
/// row. `x.dot(w)` is the matrix product, and `x.sum()` the sum of all elements. The macro checks
/// the number of axes. Lengths are known only at run time, so `forward` returns a `Result`, whose
/// [`Error`](crate::Error) names the node. `backward` returns a `Result` if the output is an array.
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
/// The compiler reports mistakes at the offending token:
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

/// A network with the parameters of a file, read at compile time: `weights!(Net, "net.safetensors")`.
///
/// The path is relative to the source file, as for [`include_bytes!`]. In a `static` the network is
/// read-only data of the binary: nothing is read, copied or allocated when the program starts.
///
/// The file must contain exactly the tensors of the network, with the same shapes and, if the file has
/// one, the same [`Signature`]; see [`saving`]. All differences are reported as one compile error.
/// Numbers of type `F16` and `BF16` are converted to `f32`. The program is compiled again if the file
/// changes. A third argument is the [`Layout`](saving::Layout) of the file, `PyTorch`.
///
/// ```
/// use chainrule::{network, weights};
///
/// network! { struct Net = Affine(3, 4) -> Relu -> Affine(4, 2) => SoftmaxWithLoss; }
///
/// static NET: Net = weights!(
///     Net,
///     concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/linear_float16.safetensors"),
///     PyTorch,
/// );
///
/// let scores = NET.predict(&[[0.5, -1.0, 2.0]])?;
/// assert_eq!(scores.dim(), (1, 2));
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// A file of another network does not compile:
///
/// ```compile_fail
/// # use chainrule::{network, weights};
/// network! { struct Other = Affine(3, 5) -> Relu -> Affine(5, 2) => SoftmaxWithLoss; }
/// static OTHER: Other = weights!(
///     Other,
///     concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/linear_float16.safetensors"),
///     PyTorch,
/// );
/// ```
#[macro_export]
macro_rules! weights {
    () => {
        ::core::compile_error!(
            "`weights!` is empty\n\
             help: write `static NET: Net = weights!(Net, \"net.safetensors\");`"
        );
    };
    // As for `network!`.
    ($($tokens:tt)*) => { $crate::__private::weights! { [$crate] $($tokens)* } };
}

/// Items of an expansion that need the heap, or arrays: those of the feature `std`.
#[cfg(feature = "std")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_std {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Items of an expansion that need the heap, or arrays: nothing without the feature `std`.
#[cfg(not(feature = "std"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_std {
    ($($tokens:tt)*) => {};
}

/// What the expansion of `network!` calls. Not part of the public API; it changes without notice.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "std")]
    pub use std::{boxed::Box, path::Path};

    pub use chainrule_macros::{graph, network, weights};
    #[cfg(feature = "std")]
    pub use ndarray::{Array2, ArrayView2, ArrayViewMut2};

    pub use crate::__if_std as if_std;
    #[cfg(feature = "std")]
    pub use crate::graph::nodes;
    pub use crate::layers::block::{Block, BlockSizes, Cons, Filled, SizeList};
    pub use crate::layers::fusion::{
        FusedRelu, FusedReluBack, InGroups, Stored, WeightGradients, apply_deferred,
        backward_in_groups, backward_relu, forward_relu,
    };
    pub use crate::layers::observer::Observer;
    pub use crate::losses::each_step::{OfSteps, Steps};
    pub use crate::network::accuracy::{accuracies_in, accuracy_in};
    pub use crate::network::const_checks::{
        check_divides, check_filled, check_fits, check_in, check_joins, check_layout, check_link,
        check_per_step, check_rank, check_same, check_sequence, check_size, check_stated,
        check_takes, checked_window, enlarged_output, joined, largest, smallest, total,
        window_output,
    };
    #[cfg(feature = "std")]
    pub use crate::network::create::{boxed_clone, initialised, workspace_for};
    #[cfg(feature = "std")]
    pub use crate::network::elsewhere;
    pub use crate::network::faults;
    pub use crate::network::gradient::gradient_in;
    #[cfg(feature = "std")]
    pub use crate::network::gradient::gradient_of;
    #[cfg(feature = "std")]
    pub use crate::network::gradient_check::{gradient_check, numerical_gradient};
    pub use crate::network::part::{AnyPart, PaddedInput};
    pub use crate::network::predict::loss_in;
    #[cfg(feature = "std")]
    pub use crate::network::predict::{parts, predict, predict_in};
    pub use crate::network::summary::summary;
    #[cfg(feature = "std")]
    pub use crate::network::trace::trace;
    pub use crate::network::widths::{AnyWidth, mistake};
    pub use crate::network::workspace::{slots, slots_from};
    pub use crate::params::const_table::{Field, TensorTable, span, tensors, trained};
    pub use crate::saving::embedded::embedded;
    pub use crate::training::train_step::train_step;

    /// What a declaration brings into scope.
    pub mod scope {
        #[cfg(feature = "std")]
        pub use crate::network::elsewhere::{Passes as _, scope::*};
        #[cfg(feature = "std")]
        pub use crate::trainer::elsewhere::Calls as _;
        pub use crate::{
            Network as _, NetworkExt as _, Numbers as _, Optimizer as _, Tensors as _,
            layers::Layer as _,
        };
    }
}
