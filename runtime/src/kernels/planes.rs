//! Planes of the channels of images: `batch × channels × area`, where the area of a plane is height
//! times width.

use super::elementwise::vectorised;
use super::sums::sums_over;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

vectorised! {
    /// Adds the number of its channel to each plane.
    fn add_to_planes<T: Scalar>(values: &mut [T], numbers: &[T], area: usize) {
        for planes in values.chunks_exact_mut(numbers.len() * area) {
            for (plane, &number) in planes.chunks_exact_mut(area).zip(numbers) {
                plane.iter_mut().for_each(|x| *x += number);
            }
        }
    }
}

vectorised! {
    /// Replaces `sums` by the sum of all planes of each channel.
    fn sum_planes<T: Scalar>(values: &[T], sums: &mut [T], area: usize) {
        let channels = sums.len();
        for (channel, sum) in sums.iter_mut().enumerate() {
            let mut total = 0.0;
            for plane in planes_of(values, channel, channels, area) {
                let [of_plane] = sums_over([plane], |[x]| [x.as_f64()]);
                total += of_plane;
            }
            *sum = T::from_f64(total);
        }
    }
}

/// The planes of a channel, one for each sample.
#[inline(always)]
pub(super) fn planes_of<T>(
    values: &[T],
    channel: usize,
    channels: usize,
    area: usize,
) -> impl Iterator<Item = &[T]> {
    values.chunks_exact(channels * area).map(move |sample| &sample[channel * area..][..area])
}

/// The sizes of an enlargement: planes of `height × width`, each of whose numbers is repeated in
/// `rows × columns` places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Enlargement {
    pub(crate) width: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

vectorised! {
    /// Repeats each number in adjacent rows and columns.
    fn enlarge<T: Scalar>(sizes: Enlargement, input: &[T], output: &mut [T]) {
        let Enlargement { width, rows, columns } = sizes;
        let wide = width * columns;
        for (row, copies) in
            input.chunks_exact(width).zip(output.chunks_exact_mut(rows * wide))
        {
            let (first, others) = copies.split_at_mut(wide);
            for (&x, places) in row.iter().zip(first.chunks_exact_mut(columns)) {
                places.fill(x);
            }
            others.chunks_exact_mut(wide).for_each(|other| other.copy_from_slice(first));
        }
    }
}

vectorised! {
    /// The backward pass of [`enlarge`]: sums over the places of each number.
    fn enlarge_back<T: Scalar>(sizes: Enlargement, d_output: &[T], d_input: &mut [T]) {
        let Enlargement { width, rows, columns } = sizes;
        let wide = width * columns;
        for (copies, d_row) in
            d_output.chunks_exact(rows * wide).zip(d_input.chunks_exact_mut(width))
        {
            d_row.fill(T::zero());
            for copy in copies.chunks_exact(wide) {
                for (places, d) in copy.chunks_exact(columns).zip(&mut *d_row) {
                    *d += places.iter().fold(T::zero(), |sum, &x| sum + x);
                }
            }
        }
    }
}
