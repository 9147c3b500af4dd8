//! Rejects NaN and infinities in arrays.

use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::kernels::{are_finite, instantiate};

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
pub(super) fn first_not_finite<T: Scalar>(values: &[T]) -> Option<(usize, f64)> {
    // For a few numbers, a scalar loop is faster than selecting the kernel for this processor.
    if values.len() > 32 && are_finite(values) {
        return None;
    }
    let at = values.iter().position(|value| !value.is_finite())?;
    Some((at, values[at].as_f64()))
}

instantiate!(fn(&[T]) -> Option<(usize, f64)> = first_not_finite::<T>);
