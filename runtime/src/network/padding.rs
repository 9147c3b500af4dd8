//! Padded sequences: their lengths are checked, and what is beyond them is replaced before a pass.

use num_traits::Zero;

use super::declared::Network;
use super::memory::Buffer;
use super::part::{Part, exact};
use crate::error::Error;
use crate::kernels::scalar::Scalar;

/// Replaces the steps beyond the lengths by 0.
///
/// # Errors
///
/// [`Error::Length`].
pub(super) fn clear<N: Network>(rows: &mut [N::Scalar]) -> Result<(), Error> {
    for (sample, row) in rows.chunks_exact_mut(N::INPUTS).enumerate() {
        for input in N::PADDED_INPUTS {
            let length = input.checked(sample, row[input.length])?;
            let end = input.from + input.steps * input.features;
            row[input.from + length * input.features..end].fill(N::Scalar::zero());
        }
    }
    Ok(())
}

/// The lengths of a batch of which the output is a padded sequence; none for another network.
///
/// # Errors
///
/// [`Error::Length`].
pub(super) fn lengths_of_outputs<'a, N: Network>(
    x: &[impl Part<N::Scalar>],
    lengths: Buffer<'a, usize>,
) -> Result<&'a [usize], Error> {
    let Some(input) = N::PADDED_OUTPUT.and_then(|at| N::PADDED_INPUTS.get(at)) else {
        return Ok(&[]);
    };
    let samples = x[0].samples();
    let lengths = lengths.take(samples, samples)?;
    for (sample, length) in lengths.iter_mut().enumerate() {
        let value = exact(x, sample, input.length);
        *length = input.checked(sample, N::Scalar::from_f64(value))?;
    }
    Ok(lengths)
}
