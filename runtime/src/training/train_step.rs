//! A training step: the gradient of a batch, and the update along it.

use super::deferred::{Deferred, is_any_deferred, stored_tensors};
use crate::error::Error;
use crate::kernels::{are_finite, in_pool};
use crate::network::batch_loss::BatchLoss;
use crate::network::declared::Network;
use crate::network::gradient::forward_to_loss;
use crate::network::input::Target;
use crate::network::part::Part;
use crate::network::validate::{
    check_gradients, check_input, checked_batch, staged_input, weighed_targets,
};
use crate::network::workspace::{Memory, Parts};
use crate::optim::Optimizer;

/// `train_step`.
#[doc(hidden)]
pub fn train_step<N: Network, const OUTPUTS: usize>(
    network: &mut N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    optimizer: &mut impl Optimizer<N>,
    workspace: &mut impl Memory<N::Scalar>,
    grads: &mut N,
) -> Result<N::Scalar, Error> {
    Ok(train_step_with::<N, OUTPUTS>(network, x, t, optimizer, workspace, grads, |_| ())?.mean)
}

/// The variant of `train_step` that passes the scores, sample by sample, to `on_scores`.
///
/// Plain SGD only subtracts gradients. Gradients of large weights are therefore computed together
/// with the update, from `X` and `dY`, which are still in the workspace after the backward pass.
pub(crate) fn train_step_with<N: Network, const OUTPUTS: usize>(
    network: &mut N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    optimizer: &mut impl Optimizer<N>,
    workspace: &mut impl Memory<N::Scalar>,
    grads: &mut N,
    on_scores: impl FnOnce(&[N::Scalar]) + Send,
) -> Result<BatchLoss<N::Scalar>, Error> {
    // Validate.
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, rng, carried } = workspace.of_training::<N>(batch)?;
    let targets = weighed_targets::<N, OUTPUTS>(x, t, batch, targets)?;
    let input = staged_input::<N>(x, input)?;
    // A step that may be repeated would carry its state twice.
    let sgd = optimizer.sgd_step().filter(|_| is_any_deferred::<N>(batch) && !N::CARRIES);
    let mut deferred = sgd.and_then(|sgd| Some((sgd, Deferred::new(input, batch)?)));
    if deferred.is_none() {
        check_input::<N>(input)?;
    }
    let (values, saved) = arena.split_at_mut(batch * N::OUTPUTS);

    let (loss, is_updated) = in_pool(batch * N::TRAINING_FLOPS, || {
        // Forward, loss and its gradient.
        let rng_before = rng.clone();
        let loss =
            forward_to_loss(network, input, (&mut *values, &mut *saved), targets, rng, on_scores)?;
        if let Some((sgd, deferred)) = &mut deferred {
            // Backward, check, update.
            network.backward_with(input, saved, values, grads, None, &mut (), deferred);
            let numbers = grads.numbers();
            if deferred.are_finite && stored_tensors::<N>().all(|t| are_finite(t.of(numbers))) {
                network.apply_deferred(input, saved, values, grads, sgd);
                sgd.apply(network, grads, stored_tensors::<N>());
                network.update_buffers(grads);
                return Ok((loss, true));
            }
            // A gradient may overflow. Both passes are repeated to check all gradients.
            *rng = rng_before;
            forward_to_loss(network, input, (&mut *values, &mut *saved), targets, rng, |_| ())?;
        }
        // Backward and check.
        network.backward(input, saved, values, grads, None);
        check_gradients(grads)?;
        Ok((loss, false))
    })
    .inspect_err(|_| *carried = None)?;

    // Update.
    if !is_updated {
        optimizer.step(network, grads);
    }
    Ok(loss)
}
