//! Prefetching.

use core::mem::MaybeUninit;

use super::machine::LINE_BYTES;

/// Prefetches `values` into the cache, in parallel with other work. Affects only timing.
#[inline]
pub(crate) fn prefetch<T>(values: &[T]) {
    for line in (0..size_of_val(values)).step_by(LINE_BYTES) {
        prefetch_line(values.as_ptr().cast::<u8>().wrapping_add(line));
    }
}

/// Whether the processor has a prefetch instruction. ARM has one too, which has not been measured.
pub(crate) const CAN_PREFETCH: bool = cfg!(all(target_arch = "x86_64", not(miri)));

/// Requests the cache line around an address, if there is one.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
fn prefetch_line(address: *const u8) {
    use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};

    // SAFETY: every processor of the target has the instruction, which accepts any address.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(address.cast()) };
}

/// Requests the cache line around an address, if there is one, for loads that follow soon: into the
/// first-level cache.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
pub(crate) fn prefetch_now<T>(address: *const T) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    // SAFETY: as above.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
}

/// Does nothing.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline(always)]
fn prefetch_line(_address: *const u8) {}

/// Does nothing.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline(always)]
pub(crate) fn prefetch_now<T>(_address: *const T) {}

/// Part of a matrix: `rows × columns` numbers, whose rows are contiguous and `stride` apart. The
/// addresses may be invalid, since nothing is read.
#[derive(Clone, Copy)]
pub(super) struct Part<T> {
    pub(super) first: *const T,
    pub(super) stride: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// A part of a matrix that is prefetched while a block of a product is computed. Each tile requests
/// its share of the rows, line by line.
///
/// The pace matters more than the prefetching itself. If a whole row of lines is requested at once,
/// the loads of the tile queue up after these requests, and predictions become slower. The requests
/// are therefore spread over the steps of the tile. The lines are looked up in a list that is
/// computed once per block, because any arithmetic or branch in the innermost loop made the
/// compiler spill accumulators to the stack.
///
/// The fields are private to this file. Invariant: `steps * pace / PACE` lines are initialized.
pub(super) struct Ahead<T> {
    part: Part<T>,
    /// Number of rows of the product, among which the part is divided.
    product_rows: usize,
    /// Offsets of the lines of a share from its beginning.
    lines: [MaybeUninit<usize>; MAX_LINES],
    /// Number of lines that are requested per step, in units of `1 / PACE`.
    pace: usize,
    /// Number of steps of the inner dimension in a tile.
    steps: usize,
}

/// About the number of steps in a tile: one line per step saturates memory bandwidth.
const MAX_LINES: usize = 128;

/// With fewer steps there is no time for prefetching.
const MIN_STEPS: usize = 6;

const PACE: usize = 1 << 16;

impl<T> Ahead<T> {
    /// Divides `part` among tiles of `tile_rows` of `product_rows` rows, with `steps` steps each.
    /// Returns `None` if there is nothing to prefetch, or no such tile.
    #[inline(never)]
    pub(super) fn new(
        part: Part<T>,
        (tile_rows, product_rows): (usize, usize),
        steps: usize,
    ) -> Option<Ahead<T>> {
        if !CAN_PREFETCH || product_rows < tile_rows || steps < MIN_STEPS {
            return None;
        }
        let mut lines = [const { MaybeUninit::uninit() }; MAX_LINES];
        let mut count = 0;
        'share: for row in 0..(part.rows * tile_rows).div_ceil(product_rows) {
            for column in (0..part.columns).step_by(LINE_BYTES / size_of::<T>()) {
                if count == MAX_LINES {
                    break 'share;
                }
                lines[count].write(row * part.stride + column);
                count += 1;
            }
        }
        let pace = count * PACE / steps;
        (count > 0).then_some(Ahead { part, product_rows, lines, pace, steps })
    }

    /// The share of the tile at `row` of the product.
    #[inline(always)]
    pub(super) fn share(&self, row: usize) -> Share<'_, T> {
        let first = self.part.rows as u64 * row as u64 / self.product_rows as u64;
        let first = self.part.first.wrapping_add(first as usize * self.part.stride);
        Share { first, lines: &self.lines, pace: self.pace, steps: self.steps }
    }
}

/// The lines of a part that one tile requests.
pub(super) struct Share<'f, T> {
    first: *const T,
    lines: &'f [MaybeUninit<usize>; MAX_LINES],
    pace: usize,
    steps: usize,
}

impl<T> Share<'_, T> {
    /// Requests the line that is due in `step`. If no new line is due, it requests the previous one
    /// again, which is faster than a branch.
    ///
    /// # Safety
    ///
    /// `step` must be less than the `steps` that the [`Ahead`] was made for.
    #[inline(always)]
    pub(super) unsafe fn prefetch_line_of(&self, step: usize) {
        // SAFETY: the caller guarantees `step < steps`.
        prefetch_line(unsafe { self.line_of(step) }.cast());
    }

    /// The address of that line.
    ///
    /// # Safety
    ///
    /// `step` must be less than the `steps` that the [`Ahead`] was made for.
    #[inline(always)]
    unsafe fn line_of(&self, step: usize) -> *const T {
        let Share { lines, pace, steps, .. } = self;
        debug_assert!(step < *steps, "step {step} of {steps}");
        // SAFETY: `pace <= count * PACE / steps` and the caller guarantees `step < steps`. So the
        // index is less than `count`, and the first `count` lines are initialized.
        let line = unsafe { lines.get_unchecked(step * pace / PACE).assume_init() };
        self.first.wrapping_add(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of a part of `rows × columns` that tiles of `height` of `all` rows request, in
    /// `steps` steps each.
    fn fetched(
        (rows, columns): (usize, usize),
        (height, all): (usize, usize),
        steps: usize,
    ) -> Vec<bool> {
        let stride = columns + 3;
        let part = Part { first: core::ptr::null::<f32>(), stride, rows, columns };
        let ahead = Ahead::new(part, (height, all), steps).expect("lines to fetch");
        let mut fetched = vec![false; rows * columns];
        for row in (0..all).step_by(height) {
            for step in 0..steps {
                // SAFETY: `step < steps`.
                let line = unsafe { ahead.share(row).line_of(step) }.addr() / size_of::<f32>();
                let (row, column) = (line / stride, line % stride);
                // Shares are rounded up, so the last may extend beyond the part.
                if row < rows {
                    fetched[row * columns..][..columns][column..]
                        .iter_mut()
                        .take(16)
                        .for_each(|f| *f = true);
                }
            }
        }
        fetched
    }

    #[test]
    fn all_of_a_part_is_fetched_if_there_is_time() {
        if !CAN_PREFETCH {
            return;
        }
        for (part, tiles, steps) in [
            ((784, 64), (6, 784), 128),
            ((128, 64), (6, 126), 128),
            ((64, 128), (6, 126), 128),
            ((7, 50), (4, 8), 20),
            ((300, 40), (8, 2000), 9),
            ((1, 1), (4, 4), 6),
        ] {
            let fetched = fetched(part, tiles, steps);
            assert!(fetched.iter().all(|&f| f), "{part:?} by {tiles:?} in {steps} steps");
        }
    }

    #[test]
    fn nothing_is_fetched_without_a_tile_or_enough_steps() {
        let part =
            |rows, columns| Part { first: core::ptr::null::<f64>(), stride: 9, rows, columns };
        assert!(Ahead::new(part(5, 9), (6, 5), 10).is_none());
        assert!(Ahead::new(part(5, 9), (6, 12), 5).is_none());
        assert!(Ahead::new(part(0, 9), (6, 12), 10).is_none());
        assert!(Ahead::new(part(5, 0), (6, 12), 10).is_none());
    }
}
