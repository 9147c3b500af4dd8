use core::fmt;

use super::hyper::checked;
use super::optimizer::{LearningRate, Optimizer};
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::network::create::boxed_clone;
use crate::network::declared::Network;
use crate::params::tensor::{Kind, Tensors};
use crate::saving::{State, Visitor};

/// An optimizer with its own learning rate for some layers, which can also be frozen. Layers are
/// fields of the network, so the compiler checks their names.
///
/// With the factor `f` of a layer and the step `ΔW` that the optimizer takes:
///
/// ```text
/// W ← W + f ΔW
/// ```
///
/// Steps of all optimizers of this crate are proportional to the learning rate, decoupled weight
/// decay included. The result is therefore that of the learning rate `f η`, as with PyTorch's
/// parameter groups, to rounding. The optimizer's state is updated as without `f`.
///
/// ```
/// use chainrule::{Adam, Init, LayerRates, Rng, network};
///
/// network! { struct Encoder = Affine(4, 8) -> Relu => IdentityWithLoss; }
/// network! { struct Net = Encoder -> Affine(8, 8) -> Relu -> Affine(2) => SoftmaxWithLoss; }
///
/// let mut net = Net::new(Init::He, &mut Rng::seed(0));
/// let before = net.clone();
/// let mut adam = LayerRates::new(Adam::new(0.01)?)
///     .frozen(|net: &Net| &net.encoder)
///     .scaled(|net| &net.affine2.bias, 10.0)?;
/// let grads = net.gradient(&[[0.5; 4], [-0.5; 4]], &[0, 1])?;
/// net.update(&mut adam, &grads);
/// assert_eq!(net.encoder.affine1, before.encoder.affine1);
/// assert_ne!(net.affine1, before.affine1);
/// assert!((net.affine2.bias[0].abs() - 0.1).abs() < 1e-4);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// Gradients of frozen layers are still computed, and count in the norm of
/// [`clip_norm`](crate::clip_norm). A frozen [`BatchNorm`](crate::layers::BatchNorm) keeps its
/// running statistics, and training still normalizes by those of the batch.
///
/// The optimizer needs the memory of one more network, allocated when it is created.
pub struct LayerRates<N, O> {
    optimizer: O,
    /// The factor of each tensor.
    factors: Vec<f64>,
    /// The tensors before a step whose factor is not 1.
    before: Box<N>,
}

impl<N: Network, O: Optimizer<N>> LayerRates<N, O> {
    /// Creates an optimizer that takes the steps of `optimizer`. Initially, all factors are 1.
    pub fn new(optimizer: O) -> LayerRates<N, O> {
        LayerRates { optimizer, factors: vec![1.0; N::TENSORS.len()], before: N::zeros() }
    }

    /// Multiplies the learning rate by `factor` for the layer, nested network or tensor that
    /// `layer` returns: `|net: &Net| &net.affine1`. A later setting for the same tensor replaces an
    /// earlier one.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `factor` is negative or not finite.
    ///
    /// # Panics
    ///
    /// If `layer` returns something that is not part of the network that it receives.
    pub fn scaled<L: Tensors<N::Scalar>>(
        mut self,
        layer: impl FnOnce(&N) -> &L,
        factor: f64,
    ) -> Result<LayerRates<N, O>, Error> {
        let valid = factor.is_finite() && factor >= 0.0;
        checked("factor of a learning rate", factor, valid, "a finite number, 0 or above")?;
        self.set(layer, factor);
        Ok(self)
    }

    /// Freezes the layer, nested network or tensor that `layer` returns: neither its parameters nor
    /// its buffers change.
    ///
    /// # Panics
    ///
    /// As [`scaled`](LayerRates::scaled).
    #[must_use]
    pub fn frozen<L: Tensors<N::Scalar>>(mut self, layer: impl FnOnce(&N) -> &L) -> Self {
        self.set(layer, 0.0);
        self
    }

    /// Sets the factor of the tensors of a layer, which are found by their addresses.
    fn set<L: Tensors<N::Scalar>>(&mut self, layer: impl FnOnce(&N) -> &L, factor: f64) {
        let network = self.before.numbers().as_ptr_range();
        let layer = layer(&self.before).numbers().as_ptr_range();
        let is_part = network.start <= layer.start && layer.end <= network.end;
        assert!(is_part && !layer.is_empty(), "the layer is a part of the network with tensors");
        let parameters = self.before.numbers();
        for (tensor, of_tensor) in N::TENSORS.iter().zip(&mut self.factors) {
            if layer.contains(&tensor.of(parameters).as_ptr()) {
                *of_tensor = factor;
            }
        }
    }

    /// Takes a step, and scales the change of each tensor by its factor.
    fn scale(&mut self, network: &mut N, step: impl FnOnce(&mut O, &mut N)) {
        let scaled = || N::TENSORS.iter().zip(&self.factors).filter(|(_, factor)| **factor != 1.0);
        let before = self.before.numbers_mut();
        for (tensor, _) in scaled() {
            tensor.of_mut(before).copy_from_slice(tensor.of(network.numbers()));
        }
        step(&mut self.optimizer, network);
        for (tensor, &factor) in scaled() {
            let (now, before) = (tensor.of_mut(network.numbers_mut()), tensor.of(before));
            match tensor.kind {
                _ if factor == 0.0 => now.copy_from_slice(before),
                Kind::Buffer => {}
                Kind::Weight | Kind::Bias => scale_change(now, before, factor),
            }
        }
    }
}

/// `w ← b + f (w - b)`
#[inline(never)]
fn scale_change<T: Scalar>(now: &mut [T], before: &[T], factor: f64) {
    let factor = T::from_f64(factor);
    for (now, &before) in now.iter_mut().zip(before) {
        *now = before + factor * (*now - before);
    }
}

instantiate!(fn(&mut [T], &[T], f64) = scale_change::<T>);

impl<N: Network, O: Optimizer<N>> Optimizer<N> for LayerRates<N, O> {
    fn update(&mut self, network: &mut N, grads: &N) {
        self.scale(network, |optimizer, network| optimizer.update(network, grads));
    }

    fn step(&mut self, network: &mut N, grads: &N) {
        self.scale(network, |optimizer, network| optimizer.step(network, grads));
    }
}

impl<N, O: LearningRate> LearningRate for LayerRates<N, O> {
    fn learning_rate(&self) -> f64 {
        self.optimizer.learning_rate()
    }

    fn set_learning_rate(&mut self, rate: f64) -> Result<(), Error> {
        self.optimizer.set_learning_rate(rate)
    }
}

/// The state is that of the optimizer. The factors are settings, which a program sets again before
/// it resumes.
impl<N: Network, O: State<N>> State<N> for LayerRates<N, O> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        self.optimizer.visit(visitor);
    }
}

impl<N: Network, O: Clone> Clone for LayerRates<N, O> {
    fn clone(&self) -> LayerRates<N, O> {
        let LayerRates { optimizer, factors, before } = self;
        LayerRates {
            optimizer: optimizer.clone(),
            factors: factors.clone(),
            before: boxed_clone(&**before),
        }
    }
}

/// Prints the factors by the names of the tensors.
impl<N: Network, O: fmt::Debug> fmt::Debug for LayerRates<N, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = N::TENSORS.iter().map(ToString::to_string);
        let factors: Vec<_> = names.zip(&self.factors).collect();
        f.debug_struct("LayerRates")
            .field("optimizer", &self.optimizer)
            .field("factors", &factors)
            .finish_non_exhaustive()
    }
}
