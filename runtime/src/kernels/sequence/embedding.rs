//! Rows of a table by index.

use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

/// Copies the row of each index into `output`.
///
/// # Panics
///
/// If an index is not an integer below the number of rows, or the lengths do not match.
#[inline(never)]
pub(crate) fn rows_of_table<T: Scalar>(
    indices: &[T],
    table: &[T],
    features: usize,
    output: &mut [T],
) {
    assert_eq!(indices.len() * features, output.len(), "a row for each index");
    for (&index, row) in indices.iter().zip(output.chunks_exact_mut(features)) {
        row.copy_from_slice(&table[place(index, table.len() / features) * features..][..features]);
    }
}

/// `table = Σ rows`, the sum of the rows of each index; 0 for an index that does not occur.
///
/// # Panics
///
/// As [`rows_of_table`].
#[inline(never)]
pub(crate) fn add_rows_to_table<T: Scalar>(
    indices: &[T],
    rows: &[T],
    features: usize,
    table: &mut [T],
) {
    assert_eq!(indices.len() * features, rows.len(), "a row for each index");
    table.fill(T::zero());
    let count = table.len() / features;
    for (&index, row) in indices.iter().zip(rows.chunks_exact(features)) {
        let sums = &mut table[place(index, count) * features..][..features];
        for (sum, &number) in sums.iter_mut().zip(row) {
            *sum += number;
        }
    }
}

/// The index of a row.
fn place<T: Scalar>(index: T, count: usize) -> usize {
    let place = index.as_f64() as usize;
    let is_index = place < count && T::from_f64(place as f64) == index;
    assert!(is_index, "expected an index below {count} in an embedding, found {index}");
    place
}

instantiate!(fn(&[T], &[T], usize, &mut [T]) = rows_of_table::<T>);
instantiate!(fn(&[T], &[T], usize, &mut [T]) = add_rows_to_table::<T>);
