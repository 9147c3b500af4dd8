//! Normalization of the columns of a batch, and of its rows.
//!
//! Sums are computed in `f64`, from deviations from the mean, not as the difference of two large
//! squares. The results are therefore accurate for numbers far from 0, also in `f32`.

use core::ops::Range;

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::elementwise::vectorised;
use super::sums::sums_over;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

/// `ε`, which is added to a variance before its square root is computed, as in PyTorch.
pub(crate) const EPSILON: f64 = 1e-5;

/// Number of columns that are processed at a time: their sums fit on the stack.
const BLOCK: usize = 64;

/// A number for each column of a block.
type Block<V> = [V; BLOCK];

/// The blocks of all `columns`.
#[inline(always)]
fn blocks(columns: usize) -> impl Iterator<Item = Range<usize>> {
    (0..columns).step_by(BLOCK).map(move |first| first..columns.min(first + BLOCK))
}

/// `Σ rows term(x - origin)` for each column of a block, where `x` is the number of that row and
/// column.
#[inline(always)]
fn column_sums<T: Scalar>(
    rows: &[T],
    columns: usize,
    block: &Range<usize>,
    origin: &Block<f64>,
    term: impl Fn(f64) -> f64,
) -> Block<f64> {
    let mut sums = [0.0; BLOCK];
    for row in rows.chunks_exact(columns) {
        for ((sum, &x), &origin) in sums.iter_mut().zip(&row[block.clone()]).zip(origin) {
            *sum += term(x.as_f64() - origin);
        }
    }
    sums
}

/// Numbers rounded to `T`.
#[inline(always)]
fn rounded<T: Scalar>(numbers: Block<f64>) -> Block<T> {
    numbers.map(T::from_f64)
}

/// `1 / √(variance + ε)`.
#[inline(always)]
pub(super) fn inverse_std_dev<T: Scalar>(variance: T) -> f64 {
    1.0 / (variance.as_f64() + EPSILON).sqrt()
}

/// The statistics of the columns of a batch, or of all data.
#[derive(Clone, Copy)]
pub(crate) struct Moments<'a, T> {
    pub(crate) mean: &'a [T],
    /// The rounding errors of the means, as far as they are known.
    pub(crate) remainder: &'a [T],
    pub(crate) variance: &'a [T],
}

impl<'a, T: Scalar> Moments<'a, T> {
    /// The statistics that [`column_moments`] concatenated into one slice.
    #[inline(always)]
    pub(crate) fn of(saved: &'a [T]) -> Moments<'a, T> {
        let (mean, rest) = saved.split_at(saved.len() / 3);
        let (remainder, variance) = rest.split_at(mean.len());
        Moments { mean, remainder, variance }
    }

    /// Mean and remainder of each column of a block.
    #[inline(always)]
    fn means(&self, block: &Range<usize>) -> (Block<T>, Block<T>) {
        let (mut mean, mut remainder) = ([T::zero(); BLOCK], [T::zero(); BLOCK]);
        mean[..block.len()].copy_from_slice(&self.mean[block.clone()]);
        if !self.remainder.is_empty() {
            remainder[..block.len()].copy_from_slice(&self.remainder[block.clone()]);
        }
        (mean, remainder)
    }
}

/// The mean and the variance of each column of a block.
#[inline(always)]
fn block_moments<T: Scalar>(
    rows: &[T],
    columns: usize,
    block: &Range<usize>,
) -> (Block<f64>, Block<f64>) {
    let batch = (rows.len() / columns) as f64;
    // Deviations from the first row, so that a common offset is not summed.
    let mut origin = [0.0; BLOCK];
    for (origin, x) in origin.iter_mut().zip(&rows[block.clone()]) {
        *origin = x.as_f64();
    }
    let sums = column_sums(rows, columns, block, &origin, |deviation| deviation);
    let mut mean = origin;
    for (mean, sum) in mean.iter_mut().zip(sums) {
        *mean += sum / batch;
    }
    let squares = column_sums(rows, columns, block, &mean, |deviation| deviation * deviation);
    (mean, squares.map(|square| square / batch))
}

vectorised! {
    /// Computes the mean and the variance of each column of `rows`. Stores them in `moments` (three
    /// times as long as a row), in the layout of [`Moments::of`].
    fn column_moments<T: Scalar>(rows: &[T], moments: &mut [T]) {
        let columns = moments.len() / 3;
        for block in blocks(columns) {
            let (mean, variance) = block_moments(rows, columns, &block);
            for (place, column) in block.enumerate() {
                let nearest = T::from_f64(mean[place]);
                moments[column] = nearest;
                moments[columns + column] = T::from_f64(mean[place] - nearest.as_f64());
                moments[2 * columns + column] = T::from_f64(variance[place]);
            }
        }
    }
}

vectorised! {
    /// Computes the mean and the standard deviation of each column of `rows`. The deviation is
    /// rounded to `T` only after the root, since its square may be too small or too large for `T`.
    fn column_deviations<T: Scalar>(rows: &[T], mean: &mut [T], std: &mut [T]) {
        let columns = mean.len();
        for block in blocks(columns) {
            let (means, variances) = block_moments(rows, columns, &block);
            for (place, column) in block.enumerate() {
                mean[column] = T::from_f64(means[place]);
                std[column] = T::from_f64(variances[place].sqrt());
            }
        }
    }
}

/// The divisor of each column of a block: its standard deviation, or 1 instead of 0.
#[inline(always)]
fn divisors<T: Scalar>(std: &[T], block: &Range<usize>) -> Block<T> {
    let mut divisors = [T::one(); BLOCK];
    for (divisor, &std) in divisors.iter_mut().zip(&std[block.clone()]) {
        *divisor = if std == T::zero() { T::one() } else { std };
    }
    divisors
}

vectorised! {
    /// `y = (x - mean) / std`, column by column; a `std` of 0 counts as 1.
    fn standardise_columns<T: Scalar>(input: &[T], mean: &[T], std: &[T], output: &mut [T]) {
        let columns = mean.len();
        for block in blocks(columns) {
            let (mean, divisors) = (&mean[block.clone()], divisors(std, &block));
            let rows = input.chunks_exact(columns).zip(output.chunks_exact_mut(columns));
            for (x, y) in rows {
                let numbers = x[block.clone()].iter().zip(&mut y[block.clone()]);
                for ((&x, y), (&mean, &divisor)) in numbers.zip(mean.iter().zip(&divisors)) {
                    *y = (x - mean) / divisor;
                }
            }
        }
    }
}

vectorised! {
    /// `dx = dy / std`, column by column; a `std` of 0 counts as 1.
    fn standardise_columns_back<T: Scalar>(dout: &[T], std: &[T], dinput: &mut [T]) {
        let columns = std.len();
        for block in blocks(columns) {
            let divisors = divisors(std, &block);
            for (dy, dx) in dout.chunks_exact(columns).zip(dinput.chunks_exact_mut(columns)) {
                let numbers = dy[block.clone()].iter().zip(&mut dx[block.clone()]);
                for ((&dy, dx), &divisor) in numbers.zip(&divisors) {
                    *dx = dy / divisor;
                }
            }
        }
    }
}

vectorised! {
    /// `y = γ (x - mean) / √(variance + ε) + β`, column by column, with the `moments` of the
    /// columns.
    fn normalise_columns<T: Scalar>(
        input: &[T], moments: Moments<'_, T>, weight: &[T], bias: &[T], output: &mut [T]
    ) {
        let columns = weight.len();
        for block in blocks(columns) {
            let mut scale = [0.0; BLOCK];
            for (scale, column) in scale.iter_mut().zip(block.clone()) {
                *scale = weight[column].as_f64() * inverse_std_dev(moments.variance[column]);
            }
            let scale = rounded::<T>(scale);
            let (mean, remainder) = moments.means(&block);
            let bias = &bias[block.clone()];
            let rows = input.chunks_exact(columns).zip(output.chunks_exact_mut(columns));
            for (x, y) in rows {
                let numbers = x[block.clone()].iter().zip(&mut y[block.clone()]);
                let settings = mean.iter().zip(&remainder).zip(bias).zip(&scale);
                for ((&x, y), (((&mean, &remainder), &bias), &scale)) in numbers.zip(settings) {
                    *y = ((x - mean) - remainder) * scale + bias;
                }
            }
        }
    }
}

vectorised! {
    /// The backward pass of [`normalise_columns`], where `moments` are those of `input`. With
    /// `c = x - mean` and `s = 1 / √(variance + ε)`:
    ///
    /// ```text
    /// dβ = Σ rows dy
    /// dγ = s Σ rows dy c
    /// dx = γ s (dy - dβ / B - c s dγ / B)
    /// ```
    fn normalise_columns_back<T: Scalar>(
        input: &[T], moments: Moments<'_, T>, weight: &[T], dout: &[T],
        dweight: &mut [T], dbias: &mut [T], dinput: Option<&mut [T]>
    ) {
        let columns = weight.len();
        let batch = (input.len() / columns) as f64;
        let mut dinput = dinput;
        for block in blocks(columns) {
            let (mean, remainder) = moments.means(&block);
            let sums = column_sums(dout, columns, &block, &[0.0; BLOCK], |dy| dy);
            let mut products = [0.0; BLOCK];
            for (x, dy) in input.chunks_exact(columns).zip(dout.chunks_exact(columns)) {
                let numbers = x[block.clone()].iter().zip(&dy[block.clone()]);
                let settings = mean.iter().zip(&remainder);
                for ((sum, (&x, &dy)), (&mean, &remainder)) in
                    products.iter_mut().zip(numbers).zip(settings)
                {
                    *sum += dy.as_f64() * ((x - mean) - remainder).as_f64();
                }
            }
            let (mut scale, mut slope) = ([0.0; BLOCK], [0.0; BLOCK]);
            for (place, column) in block.clone().enumerate() {
                let inverse = inverse_std_dev(moments.variance[column]);
                dbias[column] = T::from_f64(sums[place]);
                dweight[column] = T::from_f64(inverse * products[place]);
                scale[place] = weight[column].as_f64() * inverse;
                slope[place] = inverse * inverse * products[place] / batch;
            }
            let Some(dinput) = &mut dinput else { continue };
            let (scale, slope) = (rounded::<T>(scale), rounded::<T>(slope));
            let shift = rounded::<T>(sums.map(|sum| sum / batch));
            let rows = input.chunks_exact(columns).zip(dout.chunks_exact(columns));
            for ((x, dy), dx) in rows.zip(dinput.chunks_exact_mut(columns)) {
                let numbers = x[block.clone()].iter().zip(&dy[block.clone()]);
                let settings = mean.iter().zip(&remainder).zip(&scale).zip(&slope).zip(&shift);
                for (((&x, &dy), dx), ((((&mean, &remainder), &scale), &slope), &shift)) in
                    numbers.zip(&mut dx[block.clone()]).zip(settings)
                {
                    *dx = scale * (dy - shift - ((x - mean) - remainder) * slope);
                }
            }
        }
    }
}

/// The mean of a row and `1 / √(variance + ε)`.
#[inline(always)]
pub(super) fn row_moments<T: Scalar>(row: &[T]) -> (f64, f64) {
    let len = row.len() as f64;
    let origin = row[0].as_f64();
    let [sum] = sums_over([row], |[x]| [x.as_f64() - origin]);
    let mean = origin + sum / len;
    let [squares] = sums_over([row], |[x]| [(x.as_f64() - mean) * (x.as_f64() - mean)]);
    (mean, inverse_std_dev(squares / len))
}

vectorised! {
    /// `y = γ (x - mean) / √(variance + ε) + β`, with the mean and the variance of each row.
    fn normalise_rows<T: Scalar>(input: &[T], weight: &[T], bias: &[T], output: &mut [T]) {
        let columns = weight.len();
        for (x, y) in input.chunks_exact(columns).zip(output.chunks_exact_mut(columns)) {
            let (mean, inverse) = row_moments(x);
            let inverse = T::from_f64(inverse);
            let settings = weight.iter().zip(bias);
            for ((&x, y), (&weight, &bias)) in x.iter().zip(y).zip(settings) {
                *y = T::from_f64(x.as_f64() - mean) * inverse * weight + bias;
            }
        }
    }
}

/// `sum += number` with compensated summation (Kahan, 1965). `lost` is the rounding error by which
/// the sum is too large. The error is as small for a million numbers as for a few.
#[inline(always)]
pub(super) fn add<T: Scalar>(sum: &mut T, lost: &mut T, number: T) {
    let number = number - *lost;
    let before = *sum;
    *sum = before + number;
    *lost = (*sum - before) - number;
}

/// The gradients of `γ` and `β`, with the rounding errors of the sums.
struct RowGradients<'a, T> {
    weight: &'a mut [T],
    bias: &'a mut [T],
    lost: (&'a mut [T], &'a mut [T]),
}

impl<T: Scalar> RowGradients<'_, T> {
    /// Adds the contributions of a few rows, whose means and inverse standard deviations are
    /// `moments`.
    #[inline(always)]
    fn add(&mut self, input: &[T], dout: &[T], moments: &[(f64, f64)]) {
        let columns = self.weight.len();
        for block in blocks(columns) {
            let (mut weights, mut biases) = ([T::zero(); BLOCK], [T::zero(); BLOCK]);
            let rows = input.chunks_exact(columns).zip(dout.chunks_exact(columns));
            for ((x, dy), (mean, inverse)) in rows.zip(moments) {
                let inverse = T::from_f64(*inverse);
                let numbers = x[block.clone()].iter().zip(&dy[block.clone()]);
                let sums = weights.iter_mut().zip(&mut biases);
                for ((&x, &dy), (weight, bias)) in numbers.zip(sums) {
                    *weight += dy * (T::from_f64(x.as_f64() - mean) * inverse);
                    *bias += dy;
                }
            }
            for (column, (weight, bias)) in block.zip(weights.into_iter().zip(biases)) {
                add(&mut self.weight[column], &mut self.lost.0[column], weight);
                add(&mut self.bias[column], &mut self.lost.1[column], bias);
            }
        }
    }
}

/// Number of rows whose contributions are summed separately, small enough to lose no digits.
const ROWS: usize = 8;

vectorised! {
    /// The backward pass of [`normalise_rows`]. `scratch` is scratch memory of twice the length of a
    /// row. With `c = x - mean`, `g = dy γ` and `s = 1 / √(variance + ε)` of a row:
    ///
    /// ```text
    /// dβ = Σ rows dy
    /// dγ = Σ rows dy c s
    /// dx = s (g - Σ g / N - c s² Σ (g c) / N)
    /// ```
    fn normalise_rows_back<T: Scalar>(
        input: &[T], weight: &[T], dout: &[T],
        dweight: &mut [T], dbias: &mut [T], scratch: &mut [T], dinput: Option<&mut [T]>
    ) {
        let columns = weight.len();
        assert_eq!(scratch.len(), 2 * columns, "the room of a LayerNorm");
        dweight.fill(T::zero());
        dbias.fill(T::zero());
        scratch.fill(T::zero());
        let mut grads =
            RowGradients { weight: dweight, bias: dbias, lost: scratch.split_at_mut(columns) };
        let mut dinput = dinput;
        let several = input.chunks(ROWS * columns).zip(dout.chunks(ROWS * columns));
        for (at, (input, dout)) in several.enumerate() {
            let mut moments = [(0.0, 0.0); ROWS];
            for (moments, x) in moments.iter_mut().zip(input.chunks_exact(columns)) {
                *moments = row_moments(x);
            }
            grads.add(input, dout, &moments);
            let Some(dinput) = &mut dinput else { continue };
            let dinput = dinput[at * ROWS * columns..].chunks_exact_mut(columns);
            let rows = input.chunks_exact(columns).zip(dout.chunks_exact(columns));
            for (((x, dy), dx), moments) in rows.zip(dinput).zip(moments) {
                row_back(x, weight, dy, moments, dx);
            }
        }
    }
}

/// The derivatives of a row, given its mean and inverse standard deviation.
#[inline(always)]
fn row_back<T: Scalar>(x: &[T], weight: &[T], dy: &[T], (mean, inverse): (f64, f64), dx: &mut [T]) {
    let columns = weight.len() as f64;
    let [sum, product] = sums_over([weight, x, dy], |[weight, x, dy]| {
        let g = dy.as_f64() * weight.as_f64();
        [g, g * (x.as_f64() - mean)]
    });
    let shift = T::from_f64(sum / columns);
    let slope = T::from_f64(inverse * inverse * product / columns);
    let inverse = T::from_f64(inverse);
    for (((dx, &x), &dy), &weight) in dx.iter_mut().zip(x).zip(dy).zip(weight) {
        let deviation = T::from_f64(x.as_f64() - mean);
        *dx = inverse * (dy * weight - shift - deviation * slope);
    }
}
