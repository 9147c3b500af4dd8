//! Rejects invalid data before a pass, and results that are not finite after it.

use core::ops::Range;

use num_traits::{Float, Zero};

use super::declared::Network;
use super::finite::{check_finite, first_not_finite};
use super::input::{Staging, Target};
use super::memory::Buffer;
use super::padding;
use super::part::{Part, exact, row_major, side_by_side};
use super::workspace::TargetBuffers;
use crate::error::{Error, Overflowed};
use crate::kernels::scalar::Scalar;
use crate::layers::shape::Shape;
use crate::losses::targets::Weighed;
use crate::losses::{Loss, Targets};
use crate::params::tensor::{Kind, TensorInfo};

/// Returns the number of samples. Checks that there is at least one, and that each has the expected
/// length.
pub(crate) fn checked_batch<N: Network>(x: &[impl Part<N::Scalar>]) -> Result<usize, Error> {
    let batch = x[0].samples();
    if let [part] = x {
        // A `Batch` stores the features of all inputs concatenated.
        match part.shape() {
            Some(shape) => check_shape::<N>(shape)?,
            None => check_features::<N>(part.columns())?,
        }
    } else {
        for (part, &(input, expected)) in x.iter().zip(N::INPUT_PARTS) {
            let found = part.columns();
            if found != expected {
                return Err(Error::InputFeatures { input, expected, found });
            }
            if part.samples() != batch {
                return Err(Error::InputBatch { input, expected: batch, found: part.samples() });
            }
        }
    }
    if batch == 0 { Err(Error::EmptyBatch) } else { Ok(batch) }
}

/// Rejects samples of another shape than the network's only input. Flat samples need only the number
/// of features, and so do those of a network whose input is flat.
pub(crate) fn check_shape<N: Network>(found: Shape) -> Result<(), Error> {
    let expected = const { &N::INPUT_SHAPE };
    let is_flat = |shape: &Shape| shape.sizes().len() < 2;
    if is_flat(&found) || is_flat(expected) {
        return check_features::<N>(found.features());
    }
    match found.is_same(expected) {
        true => Ok(()),
        false => Err(Error::SampleShape { network: N::NAME, expected, found }),
    }
}

/// Rejects another number of features than that of the network.
fn check_features<N: Network>(found: usize) -> Result<(), Error> {
    let (network, expected) = (N::NAME, const { &N::INPUT_SHAPE });
    if found == N::INPUTS {
        return Ok(());
    }
    Err(match expected.sizes().len() < 2 {
        true => Error::Features { network, expected: N::INPUTS, found },
        false => Error::SampleShape { network, expected, found: Shape::flat(found) },
    })
}

/// Returns the numbers of `x` in row-major order, with several inputs concatenated, and checks that
/// all are finite.
pub(crate) fn checked_input<'a, N: Network>(
    x: &'a [impl Part<N::Scalar>],
    staging: Buffer<'a, N::Scalar>,
) -> Result<&'a [N::Scalar], Error> {
    let input = staged_input::<N>(x, staging)?;
    check_input::<N>(input)?;
    Ok(input)
}

/// Rejects inputs that are not finite.
pub(crate) fn check_input<N: Network>(input: &[N::Scalar]) -> Result<(), Error> {
    check_finite("inputs", input, N::INPUTS)
}

/// The variant of `checked_input` that does not check the numbers, only indices.
pub(crate) fn staged_input<'a, N: Network>(
    x: &'a [impl Part<N::Scalar>],
    staging: Buffer<'a, N::Scalar>,
) -> Result<&'a [N::Scalar], Error> {
    let input = match x {
        [part] if N::PADDED_INPUTS.is_empty() => row_major(part, staging)?,
        parts => {
            let rows = side_by_side(parts, N::INPUTS, staging)?;
            padding::clear::<N>(rows)?;
            rows
        }
    };
    for &(from, columns, below) in N::INDEX_INPUTS {
        check_indices::<N>(x, input, from..from + columns, below)?;
    }
    Ok(input)
}

/// Rejects indices, in some columns of the rows, that are not integers below a bound.
fn check_indices<N: Network>(
    x: &[impl Part<N::Scalar>],
    input: &[N::Scalar],
    columns: Range<usize>,
    below: usize,
) -> Result<(), Error> {
    let bound = N::Scalar::from_f64(below as f64);
    let is_valid = |&index: &N::Scalar| {
        index >= N::Scalar::zero() && index < bound && index.fract() == N::Scalar::zero()
    };
    for (sample, row) in input.chunks_exact(N::INPUTS).enumerate() {
        let indices = &row[columns.clone()];
        if let Some(place) = indices.iter().position(|index| !is_valid(index)) {
            let value = exact(x, sample, columns.start + place);
            return Err(Error::Index { sample, place, value, below });
        }
    }
    Ok(())
}

/// Checks that there is one valid target per sample, and returns the targets.
pub(crate) fn checked_targets<'a, N: Network, const OUTPUTS: usize>(
    x: &[impl Part<N::Scalar>],
    t: &'a impl Target<N::Scalar, OUTPUTS, N::Loss>,
    batch: usize,
    buffers: TargetBuffers<'a, N::Scalar>,
) -> Result<Targets<'a, N::Scalar>, Error> {
    let TargetBuffers { labels, rows, lengths } = buffers;
    let lengths = padding::lengths_of_outputs::<N>(x, lengths)?;
    let staging = Staging::new(labels, rows, lengths, N::loss_function().steps());
    let targets = t.stage(N::NAME, staging)?;
    let count = match targets {
        Targets::Labels(labels) => labels.len() / N::loss_function().steps(),
        Targets::Rows(rows) => rows.len() / N::OUTPUTS,
    };
    if count != batch {
        return Err(Error::BatchSizes { samples: batch, targets: count });
    }
    if let Targets::Rows(rows) = targets {
        // Those of a padded sequence were checked before steps were marked.
        if N::PADDED_OUTPUT.is_none() {
            check_finite("targets", rows, N::OUTPUTS)?;
        }
        for (sample, row) in rows.chunks_exact(N::OUTPUTS).enumerate() {
            if !N::loss_function().is_valid_target(row) {
                return Err(N::loss_function().invalid_target(sample, row));
            }
        }
    }
    Ok(targets)
}

/// The variant of [`checked_targets`] that also returns the weights of the samples, and checks
/// them.
pub(crate) fn weighed_targets<'a, N: Network, const OUTPUTS: usize>(
    x: &[impl Part<N::Scalar>],
    t: &'a impl Target<N::Scalar, OUTPUTS, N::Loss>,
    batch: usize,
    buffers: TargetBuffers<'a, N::Scalar>,
) -> Result<Weighed<'a, N::Scalar>, Error> {
    let targets = checked_targets::<N, OUTPUTS>(x, t, batch, buffers)?;
    let weights = t.sample_weights();
    if let Some(weights) = weights {
        check_weights(weights, batch)?;
    }
    Ok(Weighed { targets, weights })
}

/// Checks that there is one weight per sample, finite and not negative.
fn check_weights<T: Scalar>(weights: &[T], samples: usize) -> Result<(), Error> {
    if weights.len() != samples {
        return Err(Error::SampleWeights { samples, weights: weights.len() });
    }
    match weights.iter().position(|weight| !(weight.is_finite() && *weight >= T::zero())) {
        Some(sample) => Err(Error::SampleWeight { sample, value: weights[sample].as_f64() }),
        None => Ok(()),
    }
}

/// Rejects outputs that are not finite.
pub(crate) fn check_outputs<N: Network>(network: &N, outputs: &[N::Scalar]) -> Result<(), Error> {
    match first_not_finite(outputs) {
        None => Ok(()),
        Some((at, value)) => {
            let (output, sample) = (at % N::OUTPUTS, at / N::OUTPUTS);
            Err(diverged(network, Overflowed::Output { output, sample }, value))
        }
    }
}

/// Rejects a loss that is not finite.
pub(crate) fn check_loss<N: Network>(network: &N, loss: N::Scalar) -> Result<(), Error> {
    if loss.is_finite() {
        return Ok(());
    }
    Err(diverged(network, Overflowed::Loss, loss.as_f64()))
}

/// Rejects gradients that are not finite, so that no optimizer applies them.
pub(crate) fn check_gradients<N: Network>(grads: &N) -> Result<(), Error> {
    match first_not_finite_of(grads, N::TENSORS.iter()) {
        Some(found) => Err(found.as_gradient()),
        None => Ok(()),
    }
}

/// A number of a network that is not finite.
pub(crate) struct NotFinite {
    tensor: &'static TensorInfo,
    place: usize,
    value: f64,
}

impl NotFinite {
    /// The error for a network of gradients, in which buffers contain new statistics.
    pub(crate) fn as_gradient(&self) -> Error {
        let NotFinite { tensor, place, value } = *self;
        match self.tensor.kind {
            Kind::Buffer => Error::Buffer { tensor, place, value },
            Kind::Weight | Kind::Bias => Error::Gradient { tensor, place, value },
        }
    }

    /// The error for a network of parameters.
    pub(crate) fn as_parameter(&self) -> Error {
        let NotFinite { tensor, place, value } = *self;
        Error::Parameter { tensor, place, value }
    }
}

/// The first number that is not finite in these tensors of a network.
pub(crate) fn first_not_finite_of<N: Network>(
    network: &N,
    mut tensors: impl Iterator<Item = &'static TensorInfo>,
) -> Option<NotFinite> {
    tensors.find_map(|tensor| {
        let (place, value) = first_not_finite(tensor.of(network.parameters()))?;
        Some(NotFinite { tensor, place, value })
    })
}

/// Rejects parameters that are not finite.
pub(crate) fn check_parameters<N: Network>(network: &N) -> Result<(), Error> {
    match first_not_finite_of(network, N::TENSORS.iter()) {
        Some(found) => Err(found.as_parameter()),
        None => Ok(()),
    }
}

/// The error for a result that is not finite although the inputs are: a parameter is not finite, or
/// numbers exceed the range of the type.
fn diverged<N: Network>(network: &N, what: Overflowed, value: f64) -> Error {
    match check_parameters(network) {
        Err(error) => error,
        Ok(()) => Error::Overflow { what, value, scalar: core::any::type_name::<N::Scalar>() },
    }
}
