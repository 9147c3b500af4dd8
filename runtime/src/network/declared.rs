//! The trait of all declared networks.

use core::ops::Range;

use super::part::PaddedInput;
use super::signature::Signature;
use super::widths::Widths;
use crate::kernels::scalar::Scalar;
use crate::layers::LayerInfo;
use crate::layers::fusion::WeightGradients;
use crate::layers::observer::Observer;
use crate::layers::{Graph, Layer, Shape};
use crate::losses::Loss;
use crate::params::const_table::trained;
#[cfg(feature = "std")]
use crate::params::init::Init;
use crate::params::sgd_step::SgdStep;
#[cfg(feature = "std")]
use crate::params::tensor::Numbers;
use crate::rng::Rng;

/// The trait that `network!` implements for the declared type.
///
/// It gives access to items that are not bound to `f32`. `Name::new` and `Name::PARAMS` mean
/// `Name<f32>`, whereas `Name::<f64>::new` and `Name::<f64>::PARAMS` are found through this trait.
/// The declaration brings the trait into scope in its own module.
///
/// Code that is generic over networks gets the sizes, the parameters, the passes of [`Layer`] and
/// the [`Loss`] from it. The operations that take data (`predict`, `loss`, `accuracy`, `gradient`)
/// are not part of the trait. They are inherent methods of a declared network, whose types contain
/// the number of features, or methods of [`NetworkExt`](crate::NetworkExt). Generic code uses the
/// methods of a [`Batch`](crate::Batch) instead.
///
/// Networks are created in a box. Functions such as [`save`](crate::saving::save) and
/// [`evaluate`](crate::trainer::evaluate) take a reference to the box or to the network: both
/// implement `AsRef` and `AsMut` of the network.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "expected a type that `network!` declares",
    note = "constructors return a box: pass the network in it as `&*net` or `&mut *net`"
)]
pub trait Network: Layer<Self::Scalar> + AsRef<Self> + AsMut<Self> + Send + Sync + 'static {
    /// The type of the parameters and of all computed values.
    type Scalar: Scalar;
    /// The loss function.
    type Loss: Loss<Self::Scalar>;
    /// The same network with a different scalar type.
    type Of<U: Scalar>: Network<Scalar = U, Loss = Self::Loss>;
    /// The number of features of each input: a [`Width`](crate::Width), or a tuple of several.
    type Inputs: Widths;
    /// The number of outputs of each head: a [`Width`](crate::Width), or a tuple of several.
    type Outputs: Widths;
    /// The number of elements of a target row: a [`Width`](crate::Width).
    type Targets;

    /// The name of the declared type.
    const NAME: &'static str;
    /// The number of trained parameters.
    const PARAMS: usize = trained(Self::TENSORS);
    /// The name and number of features of each input. Together they are the features of a sample. A
    /// chain has a single input, called `input`.
    const INPUT_PARTS: &'static [(&'static str, usize)] = &[("input", Self::INPUTS)];
    /// The shape of each input.
    #[doc(hidden)]
    const INPUT_SHAPES: &'static [Shape] = &[Self::INPUT_SHAPE];
    /// The number of outputs of each head.
    const OUTPUT_PARTS: &'static [usize] = &[Self::OUTPUTS];
    /// The names that `let` gives to values, each with the index of its row in
    /// [`LAYERS`](Network::LAYERS).
    const VALUES: &'static [(&'static str, usize)] = &[];
    /// The shapes of outputs that are not flat, each with the index of its row in
    /// [`LAYERS`](Network::LAYERS).
    const SHAPES: &'static [(usize, Shape)] = &[];
    /// Workspace elements per sample for a training step.
    const WORKSPACE_PER_SAMPLE: usize = Self::SAVED + Self::OUTPUTS;
    /// Workspace elements per sample for a prediction.
    const INFERENCE_WORKSPACE_PER_SAMPLE: usize = Self::INFERENCE_SAVED + Self::OUTPUTS;
    /// The inputs that are indices: the column at which each begins, how many indices a sample has,
    /// and how many different ones there are.
    #[doc(hidden)]
    const INDEX_INPUTS: &'static [(usize, usize, usize)] = &[];
    /// The inputs that are padded sequences.
    #[doc(hidden)]
    const PADDED_INPUTS: &'static [PaddedInput] = &[];
    /// Which of them has the steps of the output, if that is a padded sequence.
    #[doc(hidden)]
    const PADDED_OUTPUT: Option<usize> = None;
    /// The layers, in the order of the chain.
    const LAYERS: &'static [LayerInfo];
    /// The network as a graph: what drawings and other formats are made from.
    const GRAPH: Graph = Graph {
        name: Self::NAME,
        inputs: Self::INPUT_PARTS,
        input_shapes: Self::INPUT_SHAPES,
        layers: Self::LAYERS,
        values: Self::VALUES,
        shapes: Self::SHAPES,
        output: Self::OUTPUT_SHAPE,
    };
    /// The indices of the parameters whose update can be deferred.
    #[doc(hidden)]
    const DEFERRED: &'static [Range<usize>] = &[];
    /// Identifies the architecture, independent of the scalar type.
    const SIGNATURE: Signature = Signature::of(Self::LAYERS, Self::TENSORS);

    /// The loss function, with its settings.
    fn loss_function() -> Self::Loss;

    /// The variant of [`Layer::forward`] that passes the outputs of each layer to `observer`.
    #[doc(hidden)]
    fn forward_observed(
        &self,
        input: &[Self::Scalar],
        output: &mut [Self::Scalar],
        saved: &mut [Self::Scalar],
        rng: &mut Rng,
        _observer: &mut impl Observer<Self::Scalar>,
    ) {
        self.forward(input, output, saved, rng);
    }

    /// The variant of [`Layer::infer`] that passes the outputs of each layer to `observer`.
    #[doc(hidden)]
    fn infer_observed(
        &self,
        input: &[Self::Scalar],
        output: &mut [Self::Scalar],
        scratch: &mut [Self::Scalar],
        _observer: &mut impl Observer<Self::Scalar>,
    ) {
        self.infer(input, output, scratch);
    }

    /// The variant of [`Layer::backward`] that passes the gradients to `observer`. `weights`
    /// determines when weight gradients are computed.
    #[doc(hidden)]
    #[expect(clippy::too_many_arguments, reason = "those of `backward`, and two")]
    fn backward_with(
        &self,
        input: &[Self::Scalar],
        saved: &mut [Self::Scalar],
        dout: &mut [Self::Scalar],
        grads: &mut Self,
        dinput: Option<&mut [Self::Scalar]>,
        _observer: &mut impl Observer<Self::Scalar>,
        _weights: &mut impl WeightGradients<Self::Scalar>,
    ) {
        self.backward(input, saved, dout, grads, dinput);
    }

    /// Updates the layers whose weight gradients were deferred in the backward pass.
    #[doc(hidden)]
    fn apply_deferred(
        &mut self,
        _input: &[Self::Scalar],
        _saved: &mut [Self::Scalar],
        _dout: &mut [Self::Scalar],
        _grads: &Self,
        _step: &SgdStep,
    ) {
    }

    /// Creates a network with newly drawn parameters.
    #[cfg(feature = "std")]
    fn new(init: Init, rng: &mut Rng) -> Box<Self> {
        let mut network = Self::zeros();
        network.init(init, rng);
        network
    }

    /// All parameters as one slice, in the order of [`TENSORS`](crate::Tensors::TENSORS).
    fn parameters(&self) -> &[Self::Scalar] {
        self.numbers()
    }

    /// All parameters as one mutable slice.
    fn parameters_mut(&mut self) -> &mut [Self::Scalar] {
        self.numbers_mut()
    }

    /// Converts the parameters to type `U`, each rounded to the nearest value.
    #[cfg(feature = "std")]
    fn cast<U: Scalar>(&self) -> Box<Self::Of<U>> {
        let mut cast = Self::Of::<U>::zeros();
        for (to, from) in cast.numbers_mut().iter_mut().zip(self.numbers()) {
            *to = U::from_f64(from.as_f64());
        }
        cast
    }
}
