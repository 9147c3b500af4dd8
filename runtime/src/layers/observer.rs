use crate::kernels::scalar::Scalar;

/// Sees the values of a pass. It changes nothing. `()` observes nothing and costs
/// nothing.
pub trait Observer<T: Scalar> {
    /// Whether values are looked at. If so, each layer's output is stored by itself,
    /// also where it could be fused with the next.
    const OBSERVES: bool = true;

    /// The outputs of a row of [`LAYERS`](crate::Network::LAYERS), `batch × outputs`.
    fn value(&mut self, row: usize, values: &[T]);

    /// The gradient of the loss with respect to them.
    fn gradient(&mut self, row: usize, values: &[T]);
}

impl<T: Scalar> Observer<T> for () {
    const OBSERVES: bool = false;

    #[inline(always)]
    fn value(&mut self, _row: usize, _values: &[T]) {}

    #[inline(always)]
    fn gradient(&mut self, _row: usize, _values: &[T]) {}
}
