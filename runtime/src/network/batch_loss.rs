use super::declared::Network;
use super::validate::check_loss;
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::losses::{Loss, Targets};

/// The loss of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchLoss<T> {
    /// What the loss function returns.
    pub(crate) mean: T,
    /// The sum over the batch that it is the mean of.
    pub(crate) sum: f64,
}

impl<T: Scalar> BatchLoss<T> {
    /// The loss of the scores in `values`, which are replaced by what the pass back needs.
    ///
    /// # Errors
    ///
    /// If it is not finite.
    pub(super) fn of<N: Network<Scalar = T>>(
        network: &N,
        values: &mut [T],
        targets: Targets<'_, T>,
        batch: usize,
    ) -> Result<BatchLoss<T>, Error> {
        let (mean, sum) = N::loss_function().forward_with_sum(values, targets, batch);
        check_loss(network, mean)?;
        Ok(BatchLoss { mean, sum })
    }
}
