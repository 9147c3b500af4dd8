//! Buffers: fallible allocation, and views as rows.

use ndarray::{ArrayView2, ArrayViewMut2};

use crate::error::Error;

/// Reserves memory for `len` numbers in an empty `Vec`. `samples` is the batch size for the error.
///
/// # Errors
///
/// [`Error::Memory`] if there is not enough memory.
pub(crate) fn reserve<T>(scratch: &mut Vec<T>, len: usize, samples: usize) -> Result<(), Error> {
    let bytes = len as u128 * size_of::<T>() as u128;
    scratch.try_reserve_exact(len).map_err(|_| Error::Memory { samples, bytes })
}

/// Views a slice as rows of `columns` numbers.
pub(crate) fn rows<T>(values: &[T], columns: usize) -> ArrayView2<'_, T> {
    let shape = (values.len() / columns, columns);
    ArrayView2::from_shape(shape, values).expect("the slice is a whole number of rows")
}

/// Views a mutable slice as rows of `columns` numbers.
pub(crate) fn rows_mut<T>(values: &mut [T], columns: usize) -> ArrayViewMut2<'_, T> {
    let shape = (values.len() / columns, columns);
    ArrayViewMut2::from_shape(shape, values).expect("the slice is a whole number of rows")
}
