//! Pooling: the largest number, or the average, of each window of a plane.
//!
//! Windows and their number are those of PyTorch. Padding is -∞ for the largest number, and counts as
//! zeros in an average. NaN is larger than all numbers.

use super::elementwise::vectorised;
use super::instantiate::instantiate;
use super::scalar::Scalar;
use super::sums::sum;
use super::threads::{fork_join, threads_for};

/// The shape of a pooling: everything but the number of samples. Pairs are vertical, horizontal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolShape {
    pub(crate) channels: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// Rows and columns of a window.
    pub(crate) size: (usize, usize),
    pub(crate) stride: (usize, usize),
    /// On each side.
    pub(crate) padding: (usize, usize),
}

impl PoolShape {
    /// Adjacent windows, without padding.
    pub(crate) const fn new(
        (channels, height, width): (usize, usize, usize),
        size: (usize, usize),
    ) -> PoolShape {
        PoolShape { channels, height, width, size, stride: size, padding: (0, 0) }
    }

    /// The same with a stride.
    pub(crate) const fn strided(self, vertical: usize, horizontal: usize) -> PoolShape {
        PoolShape { stride: (vertical, horizontal), ..self }
    }

    /// The same with padding on each side.
    pub(crate) const fn padded(self, vertical: usize, horizontal: usize) -> PoolShape {
        PoolShape { padding: (vertical, horizontal), ..self }
    }

    /// Whether no size is 0, the padding is at most half a window, and a window fits.
    pub(crate) const fn is_valid(&self) -> bool {
        self.channels > 0
            && self.height > 0
            && self.width > 0
            && self.stride.0 > 0
            && self.stride.1 > 0
            && self.size.0 > 0
            && self.size.1 > 0
            && self.padding.0 <= self.size.0 / 2
            && self.padding.1 <= self.size.1 / 2
            && self.height + 2 * self.padding.0 >= self.size.0
            && self.width + 2 * self.padding.1 >= self.size.1
    }

    /// Number of rows of the output: that of PyTorch, rounded down.
    pub(crate) const fn output_height(&self) -> usize {
        (self.height + 2 * self.padding.0 - self.size.0) / self.stride.0 + 1
    }

    /// Number of columns of the output.
    pub(crate) const fn output_width(&self) -> usize {
        (self.width + 2 * self.padding.1 - self.size.1) / self.stride.1 + 1
    }

    /// Number of numbers of an input sample.
    pub(crate) const fn input_len(&self) -> usize {
        self.channels * self.plane_len()
    }

    /// Number of numbers of an output sample.
    pub(crate) const fn output_len(&self) -> usize {
        self.channels * self.output_plane_len()
    }

    const fn plane_len(&self) -> usize {
        self.height * self.width
    }

    const fn output_plane_len(&self) -> usize {
        self.output_height() * self.output_width()
    }

    /// Whether windows are adjacent squares of four numbers.
    const fn is_in_squares(&self) -> bool {
        matches!((self.size, self.stride, self.padding), ((2, 2), (2, 2), (0, 0)))
    }

    /// Whether a window is a whole plane.
    const fn is_global(&self) -> bool {
        self.size.0 == self.height
            && self.size.1 == self.width
            && self.padding.0 == 0
            && self.padding.1 == 0
    }

    /// Calls `each` for each window of a plane, with its number and the rows and columns of it that
    /// are inside of the plane.
    #[inline(always)]
    fn windows(&self, mut each: impl FnMut(usize, [usize; 2], [usize; 2])) {
        let inside = |place: usize, stride: usize, padding: usize, size: usize, end: usize| {
            let (first, last) = (place * stride, place * stride + size);
            [first.saturating_sub(padding), (last - padding).min(end)]
        };
        for y in 0..self.output_height() {
            let rows = inside(y, self.stride.0, self.padding.0, self.size.0, self.height);
            for x in 0..self.output_width() {
                let columns = inside(x, self.stride.1, self.padding.1, self.size.1, self.width);
                each(y * self.output_width() + x, rows, columns);
            }
        }
    }

    fn check(&self, batch: usize, input: usize, output: usize) {
        assert!(self.is_valid(), "{self:?}");
        assert_eq!(input, batch * self.input_len(), "the input of a pooling");
        assert_eq!(output, batch * self.output_len(), "the output of a pooling");
    }
}

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
    in_parts(planes, &|[input, _], output| largest(shape, input, output));
}

instantiate!(fn(&PoolShape, usize, &[T], &mut [T]) = max_pool::<T>);

/// Replaces `d_input` by the gradient of the input: each window's gradient belongs to its first
/// largest number, or to its last NaN.
///
/// # Panics
///
/// If the shape is not valid, or a slice has another length.
#[inline(never)]
pub(crate) fn max_pool_back<T: Scalar>(
    shape: &PoolShape,
    batch: usize,
    input: &[T],
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
        largest_back(shape, input, d_output, d_input);
    });
}

instantiate!(fn(&PoolShape, usize, &[T], &[T], &mut [T]) = max_pool_back::<T>);

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

/// Whether `x` replaces `best` as the largest number so far, as in PyTorch.
#[inline(always)]
fn is_larger<T: Scalar>(x: T, best: T) -> bool {
    // Not `||`, which would be a branch.
    (x > best) | x.is_nan()
}

#[inline(always)]
fn larger<T: Scalar>(best: T, x: T) -> T {
    if is_larger(x, best) { x } else { best }
}

vectorised! {
    fn largest<T: Scalar>(shape: &PoolShape, input: &[T], output: &mut [T]) {
        let planes = input.chunks_exact(shape.plane_len());
        for (plane, output) in planes.zip(output.chunks_exact_mut(shape.output_plane_len())) {
            if shape.is_in_squares() {
                let rows = plane.chunks_exact(2 * shape.width);
                for (rows, output) in rows.zip(output.chunks_exact_mut(shape.output_width())) {
                    let (upper, lower) = rows.split_at(shape.width);
                    for at in eights(output.len()) {
                        largest_of_squares::<T, 8>(upper, lower, output, at);
                    }
                    for at in without_eights(output.len()) {
                        largest_of_squares::<T, 1>(upper, lower, output, at);
                    }
                }
                continue;
            }
            shape.windows(|window, rows, columns| {
                let mut best = T::neg_infinity();
                for row in rows[0]..rows[1] {
                    for &x in &plane[row * shape.width..][columns[0]..columns[1]] {
                        best = larger(best, x);
                    }
                }
                output[window] = best;
            });
        }
    }
}

/// The first of each eight places of `0..len`, the last of which may overlap those before them.
#[inline(always)]
fn eights(len: usize) -> impl Iterator<Item = usize> {
    let last = len.saturating_sub(8);
    (0..len.div_ceil(8)).filter(move |_| len >= 8).map(move |index| (8 * index).min(last))
}

/// The places of `0..len` if there are fewer than eight.
#[inline(always)]
fn without_eights(len: usize) -> std::ops::Range<usize> {
    if len < 8 { 0..len } else { 0..0 }
}

/// The largest numbers of `N` adjacent squares from `at` on.
#[inline(always)]
fn largest_of_squares<T: Scalar, const N: usize>(
    upper: &[T],
    lower: &[T],
    output: &mut [T],
    at: usize,
) {
    let upper = &upper.as_chunks::<2>().0[at..][..N];
    let lower = &lower.as_chunks::<2>().0[at..][..N];
    for ((output, [a, b]), [c, d]) in output[at..][..N].iter_mut().zip(upper).zip(lower) {
        *output = larger(larger(larger(*a, *b), *c), *d);
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
            if shape.is_in_squares() {
                squares_back(shape, plane, d_output, d_plane);
                continue;
            }
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

/// The gradients of a plane of adjacent squares. Each number of the input is in one square, except
/// for the last ones of an odd size.
#[inline(always)]
fn squares_back<T: Scalar>(shape: &PoolShape, plane: &[T], d_output: &[T], d_plane: &mut [T]) {
    let width = shape.width;
    let rows = plane.chunks_exact(2 * width);
    let d_rows = d_plane.chunks_exact_mut(2 * width);
    for ((rows, d_rows), d_output) in
        rows.zip(d_rows).zip(d_output.chunks_exact(shape.output_width()))
    {
        let (upper, lower) = rows.split_at(width);
        let (d_upper, d_lower) = d_rows.split_at_mut(width);
        if width % 2 == 1 {
            (d_upper[width - 1], d_lower[width - 1]) = (T::zero(), T::zero());
        }
        for at in eights(d_output.len()) {
            largest_of_squares_back::<T, 8>([upper, lower], d_output, [d_upper, d_lower], at);
        }
        for at in without_eights(d_output.len()) {
            largest_of_squares_back::<T, 1>([upper, lower], d_output, [d_upper, d_lower], at);
        }
    }
    if shape.height % 2 == 1 {
        d_plane[(shape.height - 1) * width..].fill(T::zero());
    }
}

/// The gradients of the input of `N` adjacent squares from `at` on.
#[inline(always)]
fn largest_of_squares_back<T: Scalar, const N: usize>(
    [upper, lower]: [&[T]; 2],
    d_output: &[T],
    [d_upper, d_lower]: [&mut [T]; 2],
    at: usize,
) {
    let upper = &upper.as_chunks::<2>().0[at..][..N];
    let lower = &lower.as_chunks::<2>().0[at..][..N];
    let d_upper = &mut d_upper.as_chunks_mut::<2>().0[at..][..N];
    let d_lower = &mut d_lower.as_chunks_mut::<2>().0[at..][..N];
    let d_output = &d_output[at..][..N];
    // An array for each corner, and a loop for each step: these become registers.
    let [mut a, mut b, mut c, mut d] = [[T::zero(); N]; 4];
    for index in 0..N {
        ([a[index], b[index]], [c[index], d[index]]) = (upper[index], lower[index]);
    }
    for index in 0..N {
        let (x, gradient) = ([a[index], b[index], c[index], d[index]], d_output[index]);
        let of_two = larger(x[0], x[1]);
        let of_three = larger(of_two, x[2]);
        // What is left for the corners before, if the last one is not the largest.
        let if_larger = |is: bool, left: T| if is { (left, T::zero()) } else { (T::zero(), left) };
        let (of_d, left) = if_larger(is_larger(x[3], of_three), gradient);
        let (of_c, left) = if_larger(is_larger(x[2], of_two), left);
        let (of_b, of_a) = if_larger(is_larger(x[1], x[0]), left);
        (a[index], b[index], c[index], d[index]) = (of_a, of_b, of_c, of_d);
    }
    for index in 0..N {
        (d_upper[index], d_lower[index]) = ([a[index], b[index]], [c[index], d[index]]);
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
