//! Operations that a layer can include in its passes: a ReLU after it, the gradient of a ReLU before
//! it, and the weight update.

use super::activation::Activation;
use super::layer::Layer;
use super::observer::Observer;
use super::relu::Relu;
use crate::kernels::scalar::Scalar;
use crate::params::sgd_step::SgdStep;
use crate::params::tensor::Tensors;

/// A layer whose forward pass can include a following [`Relu`]. The ReLU is applied in the
/// epilogue, before values leave the registers.
pub trait FusedRelu<T: Scalar>: Layer<T> {
    /// Computes [`infer`](Layer::infer), then [`Relu`]. The training pass is the same, because such
    /// a layer saves no values. `scratch` is that of `infer`.
    fn infer_relu(&self, input: &[T], output: &mut [T], scratch: &mut [T]);
}

/// The forward pass of a layer and a following [`Relu`]. If values are observed, the layer's own
/// outputs are stored first, as those of `row`.
#[inline]
pub fn forward_relu<T: Scalar, L: FusedRelu<T>, O: Observer<T>>(
    layer: &L,
    input: &[T],
    output: &mut [T],
    scratch: &mut [T],
    row: usize,
    observer: &mut O,
) {
    if O::OBSERVES {
        layer.infer(input, output, scratch);
        observer.value(row, output);
        Relu.forward(output);
    } else {
        layer.infer_relu(input, output, scratch);
    }
}

/// A layer whose backward pass can include that of a [`Relu`] before it.
pub trait FusedReluBack<T: Scalar>: Layer<T> {
    /// Computes [`backward`](Layer::backward), then that of the [`Relu`] whose output is `input`.
    fn backward_relu(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: &mut [T],
    );
}

/// The backward pass of a layer and of a [`Relu`] before it. If gradients are observed, that of the
/// ReLU's output is stored first, as the one of `row`.
#[inline]
pub fn backward_relu<T: Scalar, L: FusedReluBack<T>, O: Observer<T>>(
    layer: &L,
    input: &[T],
    saved: &mut [T],
    dout: &mut [T],
    grads: &mut L,
    dinput: &mut [T],
    (row, observer): (usize, &mut O),
) {
    if O::OBSERVES {
        layer.backward(input, saved, dout, grads, Some(&mut *dinput));
        observer.gradient(row, dinput);
        Relu.backward(input, dinput);
    } else {
        layer.backward_relu(input, saved, dout, grads, dinput);
    }
}

/// A layer whose backward pass can be divided into groups of samples.
pub trait InGroups<T: Scalar>: Layer<T> {
    /// Samples in a group: the gradients of their outputs fit the second-level cache.
    const GROUP: usize;

    /// Computes [`backward`](Layer::backward) of some samples. If it `adds`, adds the gradients of the
    /// parameters to those of other samples, as if all of them were one batch.
    fn backward_group(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: (&mut Self, bool),
        dinput: Option<&mut [T]>,
    );
}

/// The backward pass of a layer, of a [`Relu`] after it and of a layer without parameters after that:
/// `after`, with its input and the gradient of its output. It computes the gradient of the ReLU in
/// `dout`, some samples at a time, and uses it before it leaves the cache. If gradients are observed,
/// that of the ReLU's output is stored first and then that of the layer's, as those of `rows`.
#[inline]
pub fn backward_in_groups<T: Scalar, L: InGroups<T>, P: FusedReluBack<T>, O: Observer<T>>(
    layer: &L,
    (input, saved, dout): (&[T], &mut [T], &mut [T]),
    grads: &mut L,
    mut dinput: Option<&mut [T]>,
    (after, after_grads, values, dafter): (&P, &mut P, &[T], &mut [T]),
    (rows, observer): ((usize, usize), &mut O),
) {
    let batch = dout.len() / L::OUTPUTS;
    if O::OBSERVES || batch <= L::GROUP {
        let of_relu = (rows.0, &mut *observer);
        backward_relu(after, values, &mut [], dafter, after_grads, dout, of_relu);
        observer.gradient(rows.1, dout);
        return layer.backward(input, saved, dout, grads, dinput);
    }
    for first in (0..batch).step_by(L::GROUP) {
        let samples = first..batch.min(first + L::GROUP);
        let of = |width: usize| samples.start * width..samples.end * width;
        let dout = &mut dout[..samples.len() * L::OUTPUTS];
        let dafter = &mut dafter[of(P::OUTPUTS)];
        after.backward_relu(&values[of(P::INPUTS)], &mut [], dafter, after_grads, dout);
        let dinput = dinput.as_deref_mut().map(|dinput| &mut dinput[of(L::INPUTS)]);
        layer.backward_group(&input[of(L::INPUTS)], saved, dout, (grads, first > 0), dinput);
    }
}

/// Minimum number of weights for which a deferred update pays off. Fewer weights fit into the L1
/// cache.
pub(crate) const MIN_WEIGHTS: usize = 4096;

/// A layer whose weights can be updated without storing their gradient. The epilogue of `Xᵀ·dY`
/// updates the weights directly from the registers.
pub trait DeferredUpdate<T: Scalar>: Layer<T> {
    /// Whether deferring is possible and faster for a batch of this size.
    fn can_defer(batch: usize) -> bool;

    /// The variant of [`backward`](Layer::backward) that does not compute the gradient of the
    /// weights.
    fn backward_without_weights(&self, dout: &[T], grads: &mut Self, dinput: Option<&mut [T]>);

    /// Computes the gradient of the weights and updates the layer. `grads` are the gradients from
    /// `backward_without_weights`.
    fn update(&mut self, grads: &Self, input: &[T], dout: &[T], step: &SgdStep);
}

/// Updates a layer whose weight gradient may have been deferred.
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

/// Determines when the weight gradient of a layer is computed: in the backward pass, or in the
/// update. [`backward`](WeightGradients::backward) is called for layers whose `input` and `dout` remain unchanged until the backward pass
/// ends.
pub trait WeightGradients<T: Scalar> {
    /// The backward pass of one layer.
    fn backward<L: DeferredUpdate<T>>(
        &mut self,
        layer: &L,
        input: &[T],
        dout: &mut [T],
        grads: &mut L,
        dinput: Option<&mut [T]>,
    );

    /// Called for every other layer, once its gradients are complete.
    #[inline(always)]
    fn computed<L: Tensors<T>>(&mut self, _grads: &mut L) {}
}

/// Computes and stores all weight gradients in the backward pass.
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
