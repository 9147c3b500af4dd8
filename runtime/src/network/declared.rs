//! The trait of all declared networks.

use std::ops::Range;

use super::info::LayerInfo;
use super::signature::Signature;
use crate::kernels::scalar::Scalar;
use crate::layers::Layer;
use crate::layers::fusion::WeightGradients;
use crate::layers::observer::Observer;
use crate::losses::Loss;
use crate::params::const_table::trained;
use crate::params::init::Init;
use crate::params::sgd_step::SgdStep;
use crate::params::tensor::Numbers;
use crate::rng::Rng;

/// What `network!` implements for the type that it declares.
///
/// It names what is not bound to `f32`: `Name::new` and `Name::PARAMS` alone mean
/// `Name<f32>`, `Name::<f64>::new` and `Name::<f64>::PARAMS` are found through the
/// trait (which the declaration brings into scope where it stands).
///
/// To code that works for any network it gives the sizes, the parameters, the
/// passes of [`Layer`] and the [`Loss`]. The operations that take data
/// (`predict`, `loss`, `accuracy`, `gradient`) are not in it: a declared network
/// carries them itself, with the number of its features in their types, which a
/// trait cannot say. Code that trains any network has them from a
/// [`Batch`](crate::Batch).
pub trait Network: Layer<Self::Scalar> + Send + Sync + 'static {
    /// The type of the parameters and of all that is computed.
    type Scalar: Scalar;
    /// The loss at the end.
    type Loss: Loss<Self::Scalar>;
    /// The same network of another scalar type.
    type Of<U: Scalar>: Network<Scalar = U, Loss = Self::Loss>;

    /// The name it was declared with.
    const NAME: &'static str;
    /// How many numbers are trained.
    const PARAMS: usize = trained(Self::TENSORS);
    /// The inputs, which together are the features of a sample: their names, and
    /// how many features each has. A chain has one, called `input`.
    const INPUT_PARTS: &'static [(&'static str, usize)] = &[("input", Self::INPUTS)];
    /// How many of the outputs each output of a network of several has.
    const OUTPUT_PARTS: &'static [usize] = &[Self::OUTPUTS];
    /// Numbers of workspace that a training step needs per sample.
    const WORKSPACE_PER_SAMPLE: usize = Self::KEPT + Self::OUTPUTS;
    /// Numbers of workspace that a prediction needs per sample.
    const INFERENCE_WORKSPACE_PER_SAMPLE: usize = Self::INFERENCE_KEPT + Self::OUTPUTS;
    /// The layers, in the order of the chain.
    const LAYERS: &'static [LayerInfo];
    /// The parameters whose update can be deferred, by their places.
    #[doc(hidden)]
    const DEFERRED: &'static [Range<usize>] = &[];
    /// What tells this architecture from others, whatever the scalar type.
    const SIGNATURE: Signature = Signature::of(Self::LAYERS, Self::TENSORS);

    /// The loss at the end, with its settings.
    fn loss_function() -> Self::Loss;

    /// As [`Layer::forward`]; `observer` sees the outputs of each layer.
    #[doc(hidden)]
    fn forward_observed(
        &self,
        input: &[Self::Scalar],
        output: &mut [Self::Scalar],
        kept: &mut [Self::Scalar],
        rng: &mut Rng,
        _observer: &mut impl Observer<Self::Scalar>,
    ) {
        self.forward(input, output, kept, rng);
    }

    /// As [`Layer::backward`]; `observer` sees the gradients, and `weights` decides when
    /// those of weights are computed.
    #[doc(hidden)]
    #[expect(clippy::too_many_arguments, reason = "those of `backward`, and two")]
    fn backward_with(
        &self,
        input: &[Self::Scalar],
        kept: &mut [Self::Scalar],
        dout: &mut [Self::Scalar],
        grads: &mut Self,
        dinput: Option<&mut [Self::Scalar]>,
        _observer: &mut impl Observer<Self::Scalar>,
        _weights: &mut impl WeightGradients<Self::Scalar>,
    ) {
        self.backward(input, kept, dout, grads, dinput);
    }

    /// Updates the layers whose weight gradients were deferred during the pass back.
    #[doc(hidden)]
    fn apply_deferred(
        &mut self,
        _input: &[Self::Scalar],
        _kept: &mut [Self::Scalar],
        _dout: &mut [Self::Scalar],
        _grads: &Self,
        _step: &SgdStep,
    ) {
    }

    /// A network with freshly drawn parameters.
    fn new(init: Init, rng: &mut Rng) -> Box<Self> {
        let mut network = Self::zeros();
        network.init(init, rng);
        network
    }

    /// All parameters as one slice, in the order of [`TENSORS`](crate::Tensors::TENSORS).
    fn parameters(&self) -> &[Self::Scalar] {
        self.numbers()
    }

    /// All parameters as one slice, to be written.
    fn parameters_mut(&mut self) -> &mut [Self::Scalar] {
        self.numbers_mut()
    }

    /// The same network with parameters of type `U`, each rounded to it.
    fn cast<U: Scalar>(&self) -> Box<Self::Of<U>> {
        let mut cast = Self::Of::<U>::zeros();
        for (to, from) in cast.numbers_mut().iter_mut().zip(self.numbers()) {
            *to = U::from_f64(from.as_f64());
        }
        cast
    }
}
