//! Rejects invalid data before a pass, and results that are not finite after it.

use num_traits::Float;

use super::declared::Network;
use super::input::{Inputs, Staging, Target, contiguous};
use super::memory::{reserve, rows_mut};
use crate::error::{Error, Overflowed};
use crate::kernels::are_finite;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::losses::targets::Weighed;
use crate::losses::{Loss, Targets};
use crate::params::tensor::{Kind, TensorInfo};

/// Returns the number of samples. Checks that there is at least one, and that each has the expected
/// length.
pub(crate) fn checked_batch<N: Network>(x: Inputs<'_, N::Scalar>) -> Result<usize, Error> {
    let batch = x[0].nrows();
    // A `Batch` stores the features of all inputs concatenated.
    let together = [("input", N::INPUTS)];
    let parts = if x.len() == 1 { &together[..] } else { N::INPUT_PARTS };
    for (part, &(input, expected)) in x.iter().zip(parts) {
        let found = part.ncols();
        if found != expected {
            return Err(match parts.len() {
                1 => Error::Features { network: N::NAME, expected, found },
                _ => Error::InputFeatures { input, expected, found },
            });
        }
        if part.nrows() != batch {
            return Err(Error::InputBatch { input, expected: batch, found: part.nrows() });
        }
    }
    if batch == 0 { Err(Error::EmptyBatch) } else { Ok(batch) }
}

/// Returns the numbers of `x` in row-major order, with several inputs concatenated, and checks that
/// all are finite.
pub(crate) fn checked_input<'a, N: Network>(
    x: Inputs<'a, N::Scalar>,
    staging: &'a mut Vec<N::Scalar>,
) -> Result<&'a [N::Scalar], Error> {
    let input = staged_input::<N>(x, staging)?;
    check_input::<N>(input)?;
    Ok(input)
}

/// Rejects inputs that are not finite.
pub(crate) fn check_input<N: Network>(input: &[N::Scalar]) -> Result<(), Error> {
    check_finite("inputs", input, N::INPUTS)
}

/// The variant of `checked_input` that does not check the numbers.
pub(crate) fn staged_input<'a, N: Network>(
    x: Inputs<'a, N::Scalar>,
    staging: &'a mut Vec<N::Scalar>,
) -> Result<&'a [N::Scalar], Error> {
    match x {
        [x] => contiguous(*x, staging),
        parts => side_by_side(parts, N::INPUTS, staging),
    }
}

/// Concatenates several inputs into rows of `columns` numbers.
fn side_by_side<'a, T: Scalar>(
    parts: Inputs<'_, T>,
    columns: usize,
    staging: &'a mut Vec<T>,
) -> Result<&'a [T], Error> {
    let batch = parts[0].nrows();
    staging.clear();
    reserve(staging, batch * columns, batch)?;
    staging.resize(batch * columns, T::zero());
    let mut from = 0;
    for part in parts {
        for (to, row) in staging.chunks_exact_mut(columns).zip(part.rows()) {
            row.assign_to(rows_mut(&mut to[from..from + part.ncols()], part.ncols()).row_mut(0));
        }
        from += part.ncols();
    }
    Ok(staging)
}

/// Checks that there is one valid target per sample, and returns the targets.
pub(crate) fn checked_targets<'a, N: Network, const OUTPUTS: usize>(
    t: &'a impl Target<N::Scalar, OUTPUTS, N::Loss>,
    batch: usize,
    staging: &'a mut Staging<N::Scalar>,
) -> Result<Targets<'a, N::Scalar>, Error> {
    let targets = t.stage(N::NAME, staging)?;
    let count = match targets {
        Targets::Labels(labels) => labels.len(),
        Targets::Rows(rows) => rows.len() / N::OUTPUTS,
    };
    if count != batch {
        return Err(Error::BatchSizes { samples: batch, targets: count });
    }
    if let Targets::Rows(rows) = targets {
        check_finite("targets", rows, N::OUTPUTS)?;
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
    t: &'a impl Target<N::Scalar, OUTPUTS, N::Loss>,
    batch: usize,
    staging: &'a mut Staging<N::Scalar>,
) -> Result<Weighed<'a, N::Scalar>, Error> {
    let targets = checked_targets::<N, OUTPUTS>(t, batch, staging)?;
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

/// Rejects NaN and infinities among `values`, in rows of `columns` numbers.
pub(crate) fn check_finite<T: Scalar>(
    place: &'static str,
    values: &[T],
    columns: usize,
) -> Result<(), Error> {
    match first_not_finite(values) {
        None => Ok(()),
        Some((at, value)) => {
            Err(Error::NotFinite { place, sample: at / columns, column: at % columns, value })
        }
    }
}

/// The index and value of the first number that is not finite.
#[inline(never)]
fn first_not_finite<T: Scalar>(values: &[T]) -> Option<(usize, f64)> {
    // For a few numbers, a scalar loop is faster than selecting the kernel for this processor.
    if values.len() > 32 && are_finite(values) {
        return None;
    }
    let at = values.iter().position(|value| !value.is_finite())?;
    Some((at, values[at].as_f64()))
}

instantiate!(fn(&[T]) -> Option<(usize, f64)> = first_not_finite::<T>);

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
        let (tensor, place, value) = (self.tensor.to_string(), self.place, self.value);
        match self.tensor.kind {
            Kind::Buffer => Error::Buffer { tensor, place, value },
            Kind::Weight | Kind::Bias => Error::Gradient { tensor, place, value },
        }
    }

    /// The error for a network of parameters.
    pub(crate) fn as_parameter(&self) -> Error {
        let (tensor, place, value) = (self.tensor.to_string(), self.place, self.value);
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
        Ok(()) => Error::Overflow { what, value, scalar: std::any::type_name::<N::Scalar>() },
    }
}
