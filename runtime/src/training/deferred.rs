use core::ops::Range;

use crate::kernels::scalar::Scalar;
use crate::kernels::{are_finite, are_finite_times, fits_block};
use crate::layers::fusion::{DeferredUpdate, MIN_WEIGHTS, WeightGradients};
use crate::network::declared::Network;
use crate::params::tensor::TensorInfo;

/// Computes weight gradients together with the update, after the backward pass. They are never
/// stored, which saves three passes over all weights. Weights only change once all gradients are
/// known to be finite.
pub(super) struct Deferred<'a, T> {
    /// The input of the network, which is known to be within the limits of a batch of this size.
    input: &'a [T],
    batch: usize,
    /// Whether all gradients so far are finite, including the deferred ones.
    pub(super) are_finite: bool,
}

impl<'a, T: Scalar> Deferred<'a, T> {
    /// Creates the deferral for a batch with this input. `None` if the inputs are so large that a
    /// gradient could overflow.
    pub(super) fn new(input: &'a [T], batch: usize) -> Option<Deferred<'a, T>> {
        Limits::of_batch(batch).hold(input).then_some(Deferred { input, batch, are_finite: true })
    }
}

impl<T: Scalar> WeightGradients<T> for Deferred<'_, T> {
    fn backward<L: DeferredUpdate<T>>(
        &mut self,
        layer: &L,
        input: &[T],
        dout: &mut [T],
        grads: &mut L,
        dinput: Option<&mut [T]>,
    ) {
        // More than samples, if they are sequences.
        let rows = dout.len() / L::OUTPUTS;
        if L::can_defer(rows) {
            let limits = Limits::of_batch(rows);
            let is_checked = rows == self.batch && core::ptr::eq(input, self.input);
            self.are_finite &= (is_checked || limits.hold(input)) && limits.hold(dout);
            layer.backward_without_weights(dout, grads, dinput);
        } else {
            layer.backward(input, &mut [], dout, grads, dinput);
            self.are_finite &= are_finite(grads.numbers());
        }
    }
}

/// Bounds on numbers. The sum of products of two such numbers over a batch is finite:
/// `|x| ≤ √(max / B) / 2`.
struct Limits<T> {
    /// Multiplying by this factor turns larger numbers into infinities.
    factor: T,
}

impl<T: Scalar> Limits<T> {
    fn of_batch(batch: usize) -> Limits<T> {
        let two = T::from_f64(2.0);
        Limits { factor: two * (T::max_value().sqrt() * T::from_f64(batch as f64).sqrt()) }
    }

    fn hold(&self, values: &[T]) -> bool {
        are_finite_times(values, self.factor)
    }
}

/// The tensors of a network whose gradients are always stored.
pub(super) fn stored_tensors<N: Network>() -> impl Iterator<Item = &'static TensorInfo> {
    let is_deferred =
        |tensor: &TensorInfo| N::DEFERRED.iter().any(|span| span.contains(&tensor.offset));
    N::TENSORS.iter().filter(move |tensor| !is_deferred(tensor))
}

/// Whether the update of any layer is deferred for a batch of this size.
pub(super) fn is_any_deferred<N: Network>(batch: usize) -> bool {
    let has_many_weights = |span: &Range<usize>| span.len() > MIN_WEIGHTS;
    fits_block::<N::Scalar>(batch) && N::DEFERRED.iter().any(has_many_weights)
}
