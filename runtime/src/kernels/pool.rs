//! Poolings of images, `channels × height × width` per sample: forward and backward.

use super::conv::Conv2dShape;
use super::instantiate;
use super::scalar::Scalar;

/// Each window of a plane: its output's index, and the ranges of its rows and columns inside of the
/// plane.
fn windows(
    shape: &Conv2dShape,
) -> impl Iterator<Item = (std::ops::Range<usize>, std::ops::Range<usize>)> {
    let along = |size: usize, kernel: usize, stride: usize, before: usize, at: usize| {
        let start = at * stride;
        start.saturating_sub(before)..(start + kernel).saturating_sub(before).min(size)
    };
    let Conv2dShape { height, width, kernel, stride, padding, .. } = *shape;
    let (rows, columns) = (shape.output_height(), shape.output_width());
    (0..rows).flat_map(move |i| {
        let vertical = along(height, kernel.0, stride.0, padding.top, i);
        (0..columns)
            .map(move |j| (vertical.clone(), along(width, kernel.1, stride.1, padding.left, j)))
    })
}

/// `y = max x` of each window, in each plane of the batch.
#[inline(never)]
pub(crate) fn max_pool<T: Scalar>(shape: &Conv2dShape, input: &[T], output: &mut [T]) {
    let (plane, pooled) = planes(shape);
    for (x, y) in input.chunks_exact(plane).zip(output.chunks_exact_mut(pooled)) {
        for (y, (rows, columns)) in y.iter_mut().zip(windows(shape)) {
            *y = x[maximum(x, shape.width, rows, columns)];
        }
    }
}

instantiate!(fn(&Conv2dShape, &[T], &mut [T]) = max_pool::<T>);

/// Adds each `dy` to `dx` at the place of the maximum; other places get 0.
#[inline(never)]
pub(crate) fn max_pool_back<T: Scalar>(
    shape: &Conv2dShape,
    input: &[T],
    dout: &[T],
    dinput: &mut [T],
) {
    let (plane, pooled) = planes(shape);
    dinput.fill(T::zero());
    let samples = input.chunks_exact(plane).zip(dout.chunks_exact(pooled));
    for ((x, dy), dx) in samples.zip(dinput.chunks_exact_mut(plane)) {
        for (&dy, (rows, columns)) in dy.iter().zip(windows(shape)) {
            dx[maximum(x, shape.width, rows, columns)] += dy;
        }
    }
}

instantiate!(fn(&Conv2dShape, &[T], &[T], &mut [T]) = max_pool_back::<T>);

/// The place of a window's maximum: the first of equal ones, or a NaN.
fn maximum<T: Scalar>(
    x: &[T],
    width: usize,
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
) -> usize {
    let mut best = rows.start * width + columns.start;
    for row in rows {
        for column in columns.clone() {
            let at = row * width + column;
            if x[at] > x[best] || x[at].is_nan() {
                best = at;
            }
        }
    }
    best
}

/// `y = Σ x / (KH · KW)` of each window.
#[inline(never)]
pub(crate) fn average_pool<T: Scalar>(shape: &Conv2dShape, input: &[T], output: &mut [T]) {
    let (plane, pooled) = planes(shape);
    let share = share::<T>(shape);
    for (x, y) in input.chunks_exact(plane).zip(output.chunks_exact_mut(pooled)) {
        for (y, (rows, columns)) in y.iter_mut().zip(windows(shape)) {
            let mut sum = T::zero();
            for row in rows {
                for &x in &x[row * shape.width..][columns.clone()] {
                    sum += x;
                }
            }
            *y = sum * share;
        }
    }
}

instantiate!(fn(&Conv2dShape, &[T], &mut [T]) = average_pool::<T>);

/// Adds `dy / (KH · KW)` to `dx` at each place of a window.
#[inline(never)]
pub(crate) fn average_pool_back<T: Scalar>(shape: &Conv2dShape, dout: &[T], dinput: &mut [T]) {
    let (plane, pooled) = planes(shape);
    let share = share::<T>(shape);
    dinput.fill(T::zero());
    for (dy, dx) in dout.chunks_exact(pooled).zip(dinput.chunks_exact_mut(plane)) {
        for (&dy, (rows, columns)) in dy.iter().zip(windows(shape)) {
            for row in rows {
                for dx in &mut dx[row * shape.width..][columns.clone()] {
                    *dx += dy * share;
                }
            }
        }
    }
}

instantiate!(fn(&Conv2dShape, &[T], &mut [T]) = average_pool_back::<T>);

/// The numbers of a plane before and after the pooling.
fn planes(shape: &Conv2dShape) -> (usize, usize) {
    (shape.height * shape.width, shape.output_height() * shape.output_width())
}

/// The factor of each number in a mean.
fn share<T: Scalar>(shape: &Conv2dShape) -> T {
    T::from_f64(1.0 / (shape.kernel.0 * shape.kernel.1) as f64)
}
