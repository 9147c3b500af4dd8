//! What a layer can do in one product: the ReLU after it, and the update of its weights.

use super::activation::Activation;
use super::layer::Layer;
use super::observer::Observer;
use super::relu::Relu;
use crate::kernels::scalar::Scalar;
use crate::params::sgd_step::SgdStep;

/// A layer whose forward pass can include a [`Relu`] after it: the ReLU is applied
/// before values leave the registers.
pub trait FusedRelu<T: Scalar>: Layer<T> {
    /// As [`infer`](Layer::infer) and then [`Relu`]. The forward pass of training is the
    /// same: such a layer saves nothing.
    fn infer_relu(&self, input: &[T], output: &mut [T]);
}

/// The forward pass of a layer and the [`Relu`] after it. Where values are observed, the
/// layer's own outputs are stored first, as those of `row`.
#[inline]
pub fn forward_relu<T: Scalar, L: FusedRelu<T>, O: Observer<T>>(
    layer: &L,
    input: &[T],
    output: &mut [T],
    row: usize,
    observer: &mut O,
) {
    if O::OBSERVES {
        layer.infer(input, output, &mut []);
        observer.value(row, output);
        Relu.forward(output);
    } else {
        layer.infer_relu(input, output);
    }
}

/// Minimum number of weights for which a deferred update pays off: fewer fit the
/// first-level cache.
pub(crate) const MIN_WEIGHTS: usize = 4096;

/// A layer whose weights can be updated without storing their gradient: each tile of
/// `Xᵀ·dY` goes from the registers into the weights.
pub trait DeferredUpdate<T: Scalar>: Layer<T> {
    /// Whether that is possible, and faster, for a batch of this size.
    fn can_defer(batch: usize) -> bool;

    /// As [`backward`](Layer::backward), without the gradient of the weights.
    fn backward_without_weights(&self, dout: &[T], grads: &mut Self, dinput: Option<&mut [T]>);

    /// Computes the gradient of the weights and updates the layer. `grads` are those of
    /// `backward_without_weights`.
    fn update(&mut self, grads: &Self, input: &[T], dout: &[T], step: &SgdStep);
}

/// The update of a layer whose weight gradient may have been deferred.
pub fn apply_deferred<T: Scalar, L: DeferredUpdate<T>>(
    layer: &mut L,
    grads: &L,
    input: &[T],
    dout: &[T],
    step: &SgdStep,
) {
    if L::can_defer(dout.len() / L::OUTPUTS) {
        layer.update(grads, input, dout, step);
    } else {
        step.apply(layer, grads, L::TENSORS.iter());
    }
}

/// When the weight gradient of a layer is computed: during the pass back, or together
/// with the update. It is called for layers whose `input` and `dout` remain unchanged
/// until the pass is over.
pub trait WeightGradients<T: Scalar> {
    /// The pass back of one layer.
    fn backward<L: DeferredUpdate<T>>(
        &mut self,
        layer: &L,
        input: &[T],
        dout: &mut [T],
        grads: &mut L,
        dinput: Option<&mut [T]>,
    );
}

/// All weight gradients are computed during the pass back, and stored.
pub struct Stored;

impl<T: Scalar> WeightGradients<T> for Stored {
    #[inline(always)]
    fn backward<L: DeferredUpdate<T>>(
        &mut self,
        layer: &L,
        input: &[T],
        dout: &mut [T],
        grads: &mut L,
        dinput: Option<&mut [T]>,
    ) {
        layer.backward(input, &mut [], dout, grads, dinput);
    }
}
