//! Pooling: the largest number, or the average, of each window of a plane.
//!
//! Windows and their number are those of PyTorch. Padding is -∞ for the largest number, and counts as
//! zeros in an average. NaN is larger than all numbers.
//!
//! `shape` has the sizes, `squares` the kernels of adjacent windows of 2 × 2, and `dispatch` chooses
//! them by the instruction set.

use super::elementwise::{relu_where, vectorised};
use super::instantiate::instantiate;
use super::scalar::Scalar;
use super::sums::sum;
use super::threads::{fork_join, threads_for};
use squares::{Gradient, is_larger, larger_number};

pub(super) mod dispatch;
mod shape;
mod squares;

pub(crate) use shape::PoolShape;

/// Replaces `output` by the largest number of each window.
///
/// # Panics
///
/// If the shape is not valid, or a slice has another length.
#[inline(never)]
pub(crate) fn max_pool<T: Scalar>(shape: &PoolShape, batch: usize, input: &[T], output: &mut [T]) {
    shape.check(batch, input.len(), output.len());
    let planes = Planes {
        sources: [(input, shape.plane_len()), (&[], 0)],
        destination: (output, shape.output_plane_len()),
        size: shape.plane_len(),
    };
    in_parts(planes, &|[input, _], output| {
        if shape.is_in_squares() {
            T::largest_of_squares(shape, input, output);
        } else {
            largest(shape, input, output);
        }
    });
}

instantiate!(fn(&PoolShape, usize, &[T], &mut [T]) = max_pool::<T>);

/// Replaces `d_input` by the gradient of the input: each window's gradient belongs to its first
/// largest number, or to its last NaN.
///
/// # Panics
///
/// If the shape is not valid, or a slice has another length.
pub(crate) fn max_pool_back<T: Scalar>(
    shape: &PoolShape,
    batch: usize,
    input: &[T],
    d_output: &[T],
    d_input: &mut [T],
) {
    max_pool_back_from(shape, batch, (input, false), d_output, d_input);
}

/// [`max_pool_back`], and then the gradient of a ReLU whose output is `input`.
///
/// # Panics
///
/// As [`max_pool_back`].
pub(crate) fn max_pool_relu_back<T: Scalar>(
    shape: &PoolShape,
    batch: usize,
    input: &[T],
    d_output: &[T],
    d_input: &mut [T],
) {
    max_pool_back_from(shape, batch, (input, true), d_output, d_input);
}

/// The gradient of the input, and of a ReLU before it if it `is_rectified`.
#[inline(never)]
fn max_pool_back_from<T: Scalar>(
    shape: &PoolShape,
    batch: usize,
    (input, is_rectified): (&[T], bool),
    d_output: &[T],
    d_input: &mut [T],
) {
    shape.check(batch, input.len(), d_output.len());
    shape.check(batch, d_input.len(), d_output.len());
    let planes = Planes {
        sources: [(input, shape.plane_len()), (d_output, shape.output_plane_len())],
        destination: (d_input, shape.plane_len()),
        size: shape.plane_len(),
    };
    in_parts(planes, &|[input, d_output], d_input| {
        if shape.is_in_squares() {
            T::gradient_of_squares(&mut Gradient { shape, input, d_output, d_input, is_rectified });
        } else {
            largest_back(shape, input, d_output, d_input);
            if is_rectified {
                relu_where(input, d_input);
            }
        }
    });
}

instantiate!(fn(&PoolShape, usize, (&[T], bool), &[T], &mut [T]) = max_pool_back_from::<T>);

/// Replaces `output` by the average of each window.
///
/// # Panics
///
/// If the shape is not valid, or a slice has another length.
#[inline(never)]
pub(crate) fn average_pool<T: Scalar>(
    shape: &PoolShape,
    batch: usize,
    input: &[T],
    output: &mut [T],
) {
    shape.check(batch, input.len(), output.len());
    let planes = Planes {
        sources: [(input, shape.plane_len()), (&[], 0)],
        destination: (output, shape.output_plane_len()),
        size: shape.plane_len(),
    };
    in_parts(planes, &|[input, _], output| averages(shape, input, output));
}

instantiate!(fn(&PoolShape, usize, &[T], &mut [T]) = average_pool::<T>);

/// Replaces `d_input` by the gradient of the input of [`average_pool`].
///
/// # Panics
///
/// If the shape is not valid, or a slice has another length.
#[inline(never)]
pub(crate) fn average_pool_back<T: Scalar>(
    shape: &PoolShape,
    batch: usize,
    d_output: &[T],
    d_input: &mut [T],
) {
    shape.check(batch, d_input.len(), d_output.len());
    let planes = Planes {
        sources: [(d_output, shape.output_plane_len()), (&[], 0)],
        destination: (d_input, shape.plane_len()),
        size: shape.plane_len(),
    };
    in_parts(planes, &|[d_output, _], d_input| averages_back(shape, d_output, d_input));
}

instantiate!(fn(&PoolShape, usize, &[T], &mut [T]) = average_pool_back::<T>);

vectorised! {
    fn largest<T: Scalar>(shape: &PoolShape, input: &[T], output: &mut [T]) {
        let planes = input.chunks_exact(shape.plane_len());
        for (plane, output) in planes.zip(output.chunks_exact_mut(shape.output_plane_len())) {
            shape.windows(|window, rows, columns| {
                let mut best = T::neg_infinity();
                for row in rows[0]..rows[1] {
                    for &x in &plane[row * shape.width..][columns[0]..columns[1]] {
                        best = larger_number(best, x);
                    }
                }
                output[window] = best;
            });
        }
    }
}

vectorised! {
    fn largest_back<T: Scalar>(
        shape: &PoolShape,
        input: &[T],
        d_output: &[T],
        d_input: &mut [T]
    ) {
        let planes = input.chunks_exact(shape.plane_len());
        let d_outputs = d_output.chunks_exact(shape.output_plane_len());
        let d_inputs = d_input.chunks_exact_mut(shape.plane_len());
        for ((plane, d_output), d_plane) in planes.zip(d_outputs).zip(d_inputs) {
            d_plane.fill(T::zero());
            shape.windows(|window, rows, columns| {
                let mut place = rows[0] * shape.width + columns[0];
                let mut best = T::neg_infinity();
                for row in rows[0]..rows[1] {
                    for column in columns[0]..columns[1] {
                        let x = plane[row * shape.width + column];
                        if is_larger(x, best) {
                            (best, place) = (x, row * shape.width + column);
                        }
                    }
                }
                d_plane[place] += d_output[window];
            });
        }
    }
}

vectorised! {
    fn averages<T: Scalar>(shape: &PoolShape, input: &[T], output: &mut [T]) {
        let count = T::from_f64((shape.size.0 * shape.size.1) as f64);
        let planes = input.chunks_exact(shape.plane_len());
        for (plane, output) in planes.zip(output.chunks_exact_mut(shape.output_plane_len())) {
            if shape.is_global() {
                output[0] = T::from_f64(sum(plane) / (shape.plane_len() as f64));
                continue;
            }
            shape.windows(|window, rows, columns| {
                let mut total = T::zero();
                for row in rows[0]..rows[1] {
                    for &x in &plane[row * shape.width..][columns[0]..columns[1]] {
                        total += x;
                    }
                }
                output[window] = total / count;
            });
        }
    }
}

vectorised! {
    fn averages_back<T: Scalar>(shape: &PoolShape, d_output: &[T], d_input: &mut [T]) {
        let count = T::from_f64((shape.size.0 * shape.size.1) as f64);
        let d_outputs = d_output.chunks_exact(shape.output_plane_len());
        for (d_output, d_plane) in d_outputs.zip(d_input.chunks_exact_mut(shape.plane_len())) {
            d_plane.fill(T::zero());
            shape.windows(|window, rows, columns| {
                let share = d_output[window] / count;
                for row in rows[0]..rows[1] {
                    for d in &mut d_plane[row * shape.width..][columns[0]..columns[1]] {
                        *d += share;
                    }
                }
            });
        }
    }
}

/// A pass over planes: two sources and a destination, each with the length of a plane. A source that
/// is not needed is empty.
struct Planes<'a, T> {
    sources: [(&'a [T], usize); 2],
    destination: (&'a mut [T], usize),
    /// Numbers of a plane that are read or written, about.
    size: usize,
}

/// A number takes about as long as this many floating-point operations of a product.
const FLOPS_PER_NUMBER: usize = 16;

/// Runs `work`, which gets some planes, on several threads if there are enough.
fn in_parts<T: Scalar>(planes: Planes<'_, T>, work: &(impl Fn([&[T]; 2], &mut [T]) + Sync)) {
    let count = planes.destination.0.len() / planes.destination.1;
    let flops = count.saturating_mul(planes.size * FLOPS_PER_NUMBER);
    let parts = threads_for(flops).min(count.max(1));
    divided(planes, parts, work);
}

fn divided<T: Scalar>(
    planes: Planes<'_, T>,
    parts: usize,
    work: &(impl Fn([&[T]; 2], &mut [T]) + Sync),
) {
    let Planes { sources, destination: (destination, len), size } = planes;
    if parts == 1 {
        return work(sources.map(|(source, _)| source), destination);
    }
    let (some, others) = (parts / 2, parts - parts / 2);
    let share = destination.len() / len * some / parts;
    let (before, after) = destination.split_at_mut(share * len);
    let [first, second] = sources.map(|(source, len)| {
        let (before, after) = source.split_at(share * len);
        ((before, len), (after, len))
    });
    let one = Planes { sources: [first.0, second.0], destination: (before, len), size };
    let other = Planes { sources: [first.1, second.1], destination: (after, len), size };
    fork_join(|| divided(one, some, work), || divided(other, others, work));
}

#[cfg(test)]
mod tests;
