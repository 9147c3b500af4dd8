//! Sums of many numbers, whose rounding errors do not grow with the number of terms.
//!
//! Sums are computed in `f64`, so that a million `f32` numbers lose no digits. Several lanes hide
//! the latency of the additions.

use super::elementwise::vectorised;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

/// Number of independent additions in flight.
const LANES: usize = 8;

/// `Σ term(place)` for `place` from 0 to the count.
#[inline(always)]
pub(crate) fn sum_of(len: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    let whole = len - len % LANES;
    for first in (0..whole).step_by(LANES) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += term(first + lane);
        }
    }
    for (sum, place) in sums.iter_mut().zip(whole..len) {
        *sum += term(place);
    }
    of_lanes(sums)
}

/// Several such sums at once, of terms of corresponding numbers of slices that are of equal length.
/// The compiler uses whole registers here, whereas it would check each place.
#[inline(always)]
pub(super) fn sums_over<T: Copy, const SLICES: usize, const N: usize>(
    slices: [&[T]; SLICES],
    terms: impl Fn([T; SLICES]) -> [f64; N],
) -> [f64; N] {
    let len = slices[0].len();
    let parts = slices.map(|slice| slice[..len].as_chunks::<LANES>());
    let mut sums = [[0.0; LANES]; N];
    for at in 0..len / LANES {
        let chunks = parts.map(|(chunks, _)| chunks[at]);
        for lane in 0..LANES {
            for (sums, term) in sums.iter_mut().zip(terms(chunks.map(|chunk| chunk[lane]))) {
                sums[lane] += term;
            }
        }
    }
    for lane in 0..len % LANES {
        for (sums, term) in sums.iter_mut().zip(terms(parts.map(|(_, rest)| rest[lane]))) {
            sums[lane] += term;
        }
    }
    sums.map(of_lanes)
}

/// The sum of all lanes.
#[inline(always)]
fn of_lanes([a, b, c, d, e, f, g, h]: [f64; LANES]) -> f64 {
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// For at most this many numbers, a scalar loop is faster than selecting the kernel for this
/// processor.
const FEW: usize = 16;

/// `Σ values`.
#[inline]
pub(crate) fn sum<T: Scalar>(values: &[T]) -> f64 {
    match values.len() {
        0..=FEW => values.iter().fold(0.0, |sum, value| sum + value.as_f64()),
        _ => sum_of_many(values),
    }
}

/// The sum of all values below 1.
#[inline]
pub(crate) fn sum_below_1<T: Scalar>(values: &[T]) -> f64 {
    match values.len() {
        0..=FEW => values.iter().fold(0.0, |sum, value| sum + below_1(value.as_f64())),
        _ => sum_of_many_below_1(values),
    }
}

vectorised! {
    fn sum_of_many_below_1<T: Scalar>(values: &[T]) -> f64 {
        let [sum] = sums_over([values], |[value]| [below_1(value.as_f64())]);
        sum
    }
}

/// A value below 1, and 0 instead of others.
#[inline(always)]
fn below_1(value: f64) -> f64 {
    if value < 1.0 { value } else { 0.0 }
}

/// The sum of all values except the one at `place`. They are left as they are.
#[inline]
pub(crate) fn sum_without<T: Scalar>(values: &mut [T], place: usize) -> f64 {
    if values.len() <= FEW {
        let others = values[..place].iter().chain(&values[place + 1..]);
        return others.fold(0.0, |sum, value| sum + value.as_f64());
    }
    let left_out = core::mem::replace(&mut values[place], T::zero());
    let rest = sum_of_many(values);
    values[place] = left_out;
    rest
}

vectorised! {
    fn sum_of_many<T: Scalar>(values: &[T]) -> f64 {
        let [sum] = sums_over([values], |[value]| [value.as_f64()]);
        sum
    }
}

vectorised! {
    /// `Σ v²`.
    fn sum_of_squares<T: Scalar>(values: &[T]) -> f64 {
        let [sum] = sums_over([values], |[value]| [value.as_f64() * value.as_f64()]);
        sum
    }
}

/// Number of rows that are summed pairwise in `T` before they are added in `f64`. This causes three
/// roundings, which have little effect on a sum of many rows.
const ROWS: usize = 8;

vectorised! {
    /// `sums = Σ rows`, the sum over the rows of a row-major matrix.
    fn add_rows<T: Scalar>(rows: &[T], sums: &mut [T]) {
        let width = sums.len();
        let (blocks, rest) = sums.as_chunks_mut::<64>();
        let mut column = 0;
        for sums in blocks {
            *sums = sums_of_columns(rows, width, column);
            column += 64;
        }
        let (blocks, rest) = rest.as_chunks_mut::<16>();
        for sums in blocks {
            *sums = sums_of_columns(rows, width, column);
            column += 16;
        }
        for sum in rest {
            [*sum] = sums_of_columns(rows, width, column);
            column += 1;
        }
    }
}

/// The sums of `COLUMNS` columns from `column` on.
#[inline(always)]
fn sums_of_columns<T: Scalar, const COLUMNS: usize>(
    rows: &[T],
    width: usize,
    column: usize,
) -> [T; COLUMNS] {
    let mut sums = [0.0; COLUMNS];
    let blocks = rows.chunks_exact(ROWS * width);
    for row in blocks.remainder().chunks_exact(width) {
        for (sum, &value) in sums.iter_mut().zip(&row[column..column + COLUMNS]) {
            *sum += value.as_f64();
        }
    }
    for block in blocks {
        let row = |row: usize| -> &[T; COLUMNS] {
            let numbers = &block[row * width + column..][..COLUMNS];
            numbers.try_into().expect("a slice of `COLUMNS` columns")
        };
        let [a, b, c, d, e, f, g, h]: [_; ROWS] = core::array::from_fn(row);
        for (at, sum) in sums.iter_mut().enumerate() {
            let pairs = (a[at] + b[at]) + (c[at] + d[at]);
            *sum += (pairs + ((e[at] + f[at]) + (g[at] + h[at]))).as_f64();
        }
    }
    sums.map(T::from_f64)
}

#[cfg(test)]
mod tests {
    use super::super::elementwise::tests::numbers;
    use super::super::simd::processor::tests::on_each;
    use super::*;

    /// Asserts that `got` equals `want` up to a few rounding errors of `T`.
    #[track_caller]
    fn assert_close<T: Scalar>(got: f64, want: f64, size: f64, what: &str) {
        let difference = (got - want).abs();
        assert!(difference <= 4.0 * T::epsilon().as_f64() * size, "{what}: {got} for {want}");
    }

    /// Compares the sums on every processor with sequential sums in `f64`, for all lengths near
    /// those of registers and blocks.
    fn assert_as_the_formulas<T: Scalar>() {
        let numbers = numbers::<T>(20_000);
        for length in 0..=140 {
            on_each(|processor| {
                let what = &format!("{length} on {processor:?}");
                let values = || numbers[1..=length].iter().map(|value| value.as_f64());
                let size: f64 = values().map(f64::abs).sum();
                let values_here = &numbers[1..=length];
                assert_close::<f64>(sum(values_here), values().sum(), size, what);
                let squares = values().map(|value| value * value).sum();
                assert_close::<f64>(sum_of_squares(values_here), squares, squares, what);
                for batch in [0, 1, 2, 7, 8, 9, 33] {
                    let mut sums = vec![T::nan(); length];
                    add_rows(&numbers[1..][..batch * length], &mut sums);
                    for (column, got) in sums.into_iter().enumerate() {
                        let column = numbers[1..][..batch * length].iter().skip(column);
                        let column = || column.clone().step_by(length).map(|value| value.as_f64());
                        let size = column().map(f64::abs).sum();
                        assert_close::<T>(got.as_f64(), column().sum(), size, what);
                    }
                }
            });
        }
    }

    #[test]
    fn sums_are_their_formulas_in_single_precision() {
        assert_as_the_formulas::<f32>();
    }

    #[test]
    fn sums_are_their_formulas_in_double_precision() {
        assert_as_the_formulas::<f64>();
    }

    #[test]
    fn all_processors_add_up_in_the_same_order() {
        let numbers = numbers::<f32>(83 * 61);
        let mut of_processors: Vec<Vec<f32>> = Vec::new();
        on_each(|_| {
            let mut sums = vec![0.0_f32; 83];
            add_rows(&numbers, &mut sums);
            sums.push(sum(&numbers) as f32);
            of_processors.push(sums);
        });
        assert!(of_processors.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
