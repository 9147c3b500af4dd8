//! Buffers: fallible allocation or memory of the caller, and views as rows.

#[cfg(feature = "std")]
use ndarray::{ArrayView2, ArrayViewMut2};
use num_traits::Zero;

use crate::error::Error;

/// Memory for values that a pass converts.
#[derive(Debug)]
pub(crate) enum Buffer<'m, V> {
    /// Grows to the length that is needed.
    #[cfg(feature = "std")]
    Heap(&'m mut Vec<V>),
    /// Has the length that the caller gave it.
    Given(&'m mut [V]),
}

impl<'m, V: Zero + Copy> Buffer<'m, V> {
    /// Returns memory for `len` values, whose contents are unspecified. `samples` is the batch size
    /// for the error.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if there is not enough memory.
    pub(crate) fn take(self, len: usize, samples: usize) -> Result<&'m mut [V], Error> {
        match self {
            #[cfg(feature = "std")]
            Buffer::Heap(values) => {
                if values.len() < len {
                    // The old contents are not needed, so they are not copied.
                    values.clear();
                    reserve(values, len, samples)?;
                    values.resize(len, V::zero());
                }
                Ok(&mut values[..len])
            }
            Buffer::Given(values) => {
                values.get_mut(..len).ok_or_else(|| not_enough::<V>(len, samples))
            }
        }
    }
}

/// Reserves memory for `len` numbers in an empty `Vec`. `samples` is the batch size for the error.
///
/// # Errors
///
/// [`Error::Memory`] if there is not enough memory.
#[cfg(feature = "std")]
pub(crate) fn reserve<T>(scratch: &mut Vec<T>, len: usize, samples: usize) -> Result<(), Error> {
    scratch.try_reserve_exact(len).map_err(|_| not_enough::<T>(len, samples))
}

/// The error for a batch that needs memory for `len` values.
pub(super) fn not_enough<T>(len: usize, samples: usize) -> Error {
    Error::Memory { samples, bytes: len as u128 * size_of::<T>() as u128 }
}

/// Views a slice as rows of `columns` numbers.
#[cfg(feature = "std")]
pub(crate) fn rows<T>(values: &[T], columns: usize) -> ArrayView2<'_, T> {
    let shape = (values.len() / columns, columns);
    ArrayView2::from_shape(shape, values).expect("the slice is a whole number of rows")
}

/// Views a mutable slice as rows of `columns` numbers.
#[cfg(feature = "std")]
pub(crate) fn rows_mut<T>(values: &mut [T], columns: usize) -> ArrayViewMut2<'_, T> {
    let shape = (values.len() / columns, columns);
    ArrayViewMut2::from_shape(shape, values).expect("the slice is a whole number of rows")
}
