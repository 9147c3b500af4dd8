//! Forward passes without backward passes: predictions, loss and accuracy.

#[cfg(feature = "std")]
use ndarray::{Array2, ArrayView2, Axis};

use super::batch_loss::BatchLoss;
use super::declared::Network;
use super::input::Target;
use super::memory::Buffer;
#[cfg(feature = "std")]
use super::memory::rows;
use super::part::Part;
use super::validate::{check_outputs, checked_batch, checked_input, weighed_targets};
#[cfg(feature = "std")]
use super::workspace::Workspace;
use super::workspace::{Memory, Parts, Pass};
use crate::error::Error;
use crate::kernels::in_pool;

/// `predict`, which allocates.
#[cfg(feature = "std")]
#[doc(hidden)]
pub fn predict<N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
) -> Result<Array2<N::Scalar>, Error> {
    Ok(predict_in(network, x, &mut Workspace::new())?.to_owned())
}

/// `predict` in a workspace.
#[cfg(feature = "std")]
#[doc(hidden)]
pub fn predict_in<'w, N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    workspace: &'w mut Workspace<N::Scalar>,
) -> Result<ArrayView2<'w, N::Scalar>, Error> {
    Ok(rows(scores_in(network, x, workspace)?, N::OUTPUTS))
}

/// The scores of a batch, sample by sample.
pub(crate) fn scores_in<'w, N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    workspace: &'w mut impl Memory<N::Scalar>,
) -> Result<&'w mut [N::Scalar], Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, .. } = workspace.of_pass(Pass::prediction::<N>(batch))?;
    infer(network, x, arena, input)
}

/// Splits the concatenated outputs of a network with several heads.
#[cfg(feature = "std")]
#[doc(hidden)]
pub fn parts<N: Network, const PARTS: usize>(
    scores: ArrayView2<'_, N::Scalar>,
) -> [ArrayView2<'_, N::Scalar>; PARTS] {
    let mut rest = scores;
    core::array::from_fn(|part| {
        let (part, tail) = rest.split_at(Axis(1), N::OUTPUT_PARTS[part]);
        rest = tail;
        part
    })
}

/// The loss of a batch, without a backward pass.
#[doc(hidden)]
pub fn loss_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut impl Memory<N::Scalar>,
) -> Result<N::Scalar, Error> {
    Ok(loss_with::<N, OUTPUTS>(network, x, t, workspace, |_| ())?.mean)
}

/// The variant of `loss_in` that passes the scores, sample by sample, to `on_scores`.
pub(crate) fn loss_with<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut impl Memory<N::Scalar>,
    on_scores: impl FnOnce(&[N::Scalar]),
) -> Result<BatchLoss<N::Scalar>, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, .. } = workspace.of_pass(Pass::prediction::<N>(batch))?;
    let targets = weighed_targets::<N, OUTPUTS>(x, t, batch, targets)?;
    let outputs = infer(network, x, arena, input)?;
    on_scores(outputs);
    BatchLoss::of(network, outputs, targets, batch)
}

/// The checked outputs of a batch, stored in `arena`.
pub(super) fn infer<'a, N: Network>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    arena: &'a mut [N::Scalar],
    staging: Buffer<'_, N::Scalar>,
) -> Result<&'a mut [N::Scalar], Error> {
    let batch = x[0].samples();
    let (outputs, scratch) = arena.split_at_mut(batch * N::OUTPUTS);
    let input = checked_input::<N>(x, staging)?;
    in_pool(batch * N::FLOPS, || network.infer(input, outputs, scratch));
    check_outputs(network, outputs)?;
    Ok(outputs)
}
