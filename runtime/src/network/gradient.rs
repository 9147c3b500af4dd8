//! The forward pass, the loss and the backward pass.

#[cfg(feature = "std")]
use ndarray::ArrayViewMut2;
#[cfg(feature = "std")]
use num_traits::Float;

use super::batch_loss::BatchLoss;
use super::declared::Network;
#[cfg(feature = "std")]
use super::finite::check_finite;
use super::input::Target;
#[cfg(feature = "std")]
use super::memory::rows_mut;
use super::part::Part;
use super::validate::{
    check_gradients, check_outputs, checked_batch, checked_input, weighed_targets,
};
#[cfg(feature = "std")]
use super::workspace::Workspace;
use super::workspace::{Memory, Parts};
use crate::error::Error;
use crate::kernels::in_pool;
#[cfg(feature = "std")]
use crate::kernels::scalar::Scalar;
use crate::losses::Loss;
use crate::losses::targets::Weighed;
use crate::rng::Rng;

/// Returns the loss and stores its derivatives with respect to the parameters in `grads`.
#[doc(hidden)]
pub fn gradient_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut impl Memory<N::Scalar>,
    grads: &mut N,
) -> Result<N::Scalar, Error> {
    Ok(gradient_with::<N, OUTPUTS>(network, x, t, workspace, grads, |_| ())?.mean)
}

/// The variant of `gradient_in` that passes the scores, sample by sample, to `on_scores`.
pub(crate) fn gradient_with<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut impl Memory<N::Scalar>,
    grads: &mut N,
    on_scores: impl FnOnce(&[N::Scalar]) + Send,
) -> Result<BatchLoss<N::Scalar>, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, rng, carried } = workspace.of_training::<N>(batch)?;
    let targets = weighed_targets::<N, OUTPUTS>(x, t, batch, targets)?;
    let input = checked_input::<N>(x, input)?;
    let (values, saved) = arena.split_at_mut(batch * N::OUTPUTS);
    in_pool(batch * N::TRAINING_FLOPS, || {
        let loss = forward_to_loss(network, input, (values, saved), targets, rng, on_scores)?;
        network.backward(input, saved, values, grads, None);
        check_gradients(grads)?;
        Ok(loss)
    })
    .inspect_err(|_| *carried = None)
}

/// Returns the loss of a batch and replaces `values` by the derivatives with respect to the scores.
/// `on_scores` receives the scores first.
pub(crate) fn forward_to_loss<N: Network>(
    network: &N,
    input: &[N::Scalar],
    (values, saved): (&mut [N::Scalar], &mut [N::Scalar]),
    targets: Weighed<'_, N::Scalar>,
    rng: &mut Rng,
    on_scores: impl FnOnce(&[N::Scalar]),
) -> Result<BatchLoss<N::Scalar>, Error> {
    network.forward(input, values, saved, rng);
    check_outputs(network, values)?;
    on_scores(values);
    let batch = values.len() / N::OUTPUTS;
    let loss = BatchLoss::of(network, values, targets, batch)?;
    N::loss_function().backward_weighed(values, targets, batch);
    Ok(loss)
}

/// The variant of `gradient_in` for a custom loss.
#[cfg(feature = "std")]
#[doc(hidden)]
pub fn gradient_of<N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    loss: impl FnOnce(ArrayViewMut2<'_, N::Scalar>) -> N::Scalar,
    workspace: &mut Workspace<N::Scalar>,
    grads: &mut N,
) -> Result<N::Scalar, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, rng, carried, .. } = workspace.of_training::<N>(batch)?;
    let input = checked_input::<N>(x, input)?;
    let (values, saved) = arena.split_at_mut(batch * N::OUTPUTS);
    // A step that fails is not continued.
    let carries = carried.take();
    in_pool(batch * N::FLOPS, || network.forward(input, values, saved, rng));
    check_outputs(network, values)?;
    let loss = loss(rows_mut(values, N::OUTPUTS));
    if !loss.is_finite() {
        // The closure received finite outputs, so the cause is the closure, not the network.
        return Err(Error::ClosureLoss { value: loss.as_f64() });
    }
    check_finite("derivatives of the loss", values, N::OUTPUTS)?;
    in_pool(batch * N::FLOPS, || {
        network.backward(input, saved, values, grads, None);
        check_gradients(grads)
    })?;
    *carried = carries;
    Ok(loss)
}
