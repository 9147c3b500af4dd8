//! Rejects invalid data before a pass, and results that are not finite after it.

use num_traits::Float;

use super::declared::Network;
use super::finite::{check_finite, first_not_finite};
use super::input::{Inputs, Staging, Target, contiguous};
use super::memory::{reserve, rows_mut};
use crate::error::{Error, Overflowed};
use crate::kernels::scalar::Scalar;
use crate::losses::{Loss, Targets};

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
    match first_tensor_not_finite(grads) {
        Some((tensor, place, value)) => Err(Error::Gradient { tensor, place, value }),
        None => Ok(()),
    }
}

/// The name of the first tensor with a number that is not finite, its index there, and its value.
pub(crate) fn first_tensor_not_finite<N: Network>(network: &N) -> Option<(String, usize, f64)> {
    N::TENSORS.iter().find_map(|tensor| {
        let (place, value) = first_not_finite(tensor.of(network.parameters()))?;
        Some((tensor.to_string(), place, value))
    })
}

/// The error for a result that is not finite although the inputs are: a parameter is not finite, or
/// numbers exceed the range of the type.
fn diverged<N: Network>(network: &N, what: Overflowed, value: f64) -> Error {
    match first_tensor_not_finite(network) {
        Some((tensor, place, value)) => Error::Parameter { tensor, place, value },
        None => Error::Overflow { what, value, scalar: std::any::type_name::<N::Scalar>() },
    }
}
