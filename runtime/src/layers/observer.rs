use crate::kernels::scalar::Scalar;

/// Observes the values of a pass without changing them. `()` observes nothing, at no cost.
pub trait Observer<T: Scalar> {
    /// Whether values are observed. If so, the output of each layer is stored separately, even
    /// where the layer could be fused with the next.
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
