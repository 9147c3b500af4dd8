use super::declared::Network;
use super::validate::check_loss;
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::losses::Loss;
use crate::losses::targets::Weighed;

/// The loss of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchLoss<T> {
    /// The value of the loss function.
    pub(crate) mean: T,
    /// The sum over the batch, of which the loss is the mean.
    pub(crate) sum: f64,
}

impl<T: Scalar> BatchLoss<T> {
    /// The loss of the scores in `values`, which are replaced by the values that the backward pass
    /// needs.
    ///
    /// # Errors
    ///
    /// If the loss is not finite.
    pub(super) fn of<N: Network<Scalar = T>>(
        network: &N,
        values: &mut [T],
        targets: Weighed<'_, T>,
        batch: usize,
    ) -> Result<BatchLoss<T>, Error> {
        let (mean, sum) = N::loss_function().forward_weighed(values, targets, batch);
        check_loss(network, mean)?;
        Ok(BatchLoss { mean, sum })
    }
}
