//! Data asked for ahead of time.

use std::mem::MaybeUninit;

/// How many bytes are fetched together.
const LINE: usize = 64;

/// Has the processor fetch `values` into its cache while it does other things, if it can be
/// told so. Of no effect but on time.
#[inline]
pub(crate) fn prefetch<T>(values: &[T]) {
    for line in (0..size_of_val(values)).step_by(LINE) {
        fetch_line(values.as_ptr().cast::<u8>().wrapping_add(line));
    }
}

/// Whether the processor can be told to fetch.
pub(super) const CAN_FETCH: bool = cfg!(all(target_arch = "x86_64", not(miri)));

/// Has the line around an address fetched, if there is one.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
fn fetch_line(address: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};

    // SAFETY: every processor of the target has the instruction, for which any address will
    // do.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(address.cast()) };
}

/// Of no effect.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline(always)]
fn fetch_line(_address: *const u8) {}

/// Part of a matrix: `rows × width` numbers, whose rows are `stride` apart.
#[derive(Clone, Copy)]
pub(super) struct Part<T> {
    pub(super) from: *const T,
    pub(super) stride: usize,
    pub(super) rows: usize,
    pub(super) width: usize,
}

/// A part of a matrix that is fetched while a product is computed: a share of its rows with
/// each tile, and line by line, since all at once would hold up what is wanted now.
pub(super) struct Ahead<T> {
    part: Part<T>,
    /// How many rows of the product it falls to.
    rows: usize,
    /// Where the lines of a share lie, from its beginning.
    lines: [MaybeUninit<usize>; MOST_LINES],
    /// How many of them are fetched in a step, in units of `1 / PACE`.
    pace: usize,
}

/// As many as tiles have steps, or about so: a line in each is as fast as memory is.
const MOST_LINES: usize = 128;

/// In less there is no time to fetch anything.
const LEAST_STEPS: usize = 6;

const PACE: usize = 1 << 16;

impl<T> Ahead<T> {
    /// The part is fetched by tiles of `height` of `rows` rows, each in `steps` steps;
    /// `None` if there is nothing to be fetched, or no such tile.
    #[inline(never)]
    pub(super) fn new(
        part: Part<T>,
        (height, rows): (usize, usize),
        steps: usize,
    ) -> Option<Ahead<T>> {
        if !CAN_FETCH || rows < height || steps < LEAST_STEPS {
            return None;
        }
        let mut lines = [const { MaybeUninit::uninit() }; MOST_LINES];
        let mut count = 0;
        'share: for row in 0..(part.rows * height).div_ceil(rows) {
            for column in (0..part.width).step_by(LINE / size_of::<T>()) {
                if count == MOST_LINES {
                    break 'share;
                }
                lines[count].write(row * part.stride + column);
                count += 1;
            }
        }
        (count > 0).then(|| Ahead { part, rows, lines, pace: count * PACE / steps })
    }

    /// The share of the tile that begins with a row.
    #[inline(always)]
    pub(super) fn share(&self, row: usize) -> Share<'_, T> {
        let first = self.part.rows as u64 * row as u64 / self.rows as u64;
        let from = self.part.from.wrapping_add(first as usize * self.part.stride);
        Share { from, lines: &self.lines, pace: self.pace }
    }
}

/// What a tile fetches of a part.
pub(super) struct Share<'f, T> {
    from: *const T,
    lines: &'f [MaybeUninit<usize>; MOST_LINES],
    pace: usize,
}

impl<T> Share<'_, T> {
    /// Has the line fetched that is due in a step: a new one, or the last one again, which
    /// is done sooner than asking whether one is due.
    ///
    /// # Safety
    ///
    /// As [`line_of`](Share::line_of).
    #[inline(always)]
    pub(super) unsafe fn fetch_line_of(&self, step: usize) {
        // SAFETY: handed on from the caller.
        fetch_line(unsafe { self.line_of(step) }.cast());
    }

    /// Where that line is.
    ///
    /// # Safety
    ///
    /// There must be such a step.
    #[inline(always)]
    unsafe fn line_of(&self, step: usize) -> *const T {
        // SAFETY: `step < steps`, so that this is one of the lines.
        let line = unsafe { self.lines.get_unchecked(step * self.pace / PACE).assume_init() };
        self.from.wrapping_add(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which numbers of a part of so many `rows × width` are fetched by tiles of `height` of
    /// `all` rows, in so many steps each.
    fn fetched(
        (rows, width): (usize, usize),
        (height, all): (usize, usize),
        steps: usize,
    ) -> Vec<bool> {
        let stride = width + 3;
        let part = Part { from: std::ptr::null::<f32>(), stride, rows, width };
        let ahead = Ahead::new(part, (height, all), steps).expect("lines to fetch");
        let mut fetched = vec![false; rows * width];
        for row in (0..all).step_by(height) {
            for step in 0..steps {
                // SAFETY: there is such a step.
                let line = unsafe { ahead.share(row).line_of(step) }.addr() / size_of::<f32>();
                let (row, column) = (line / stride, line % stride);
                // Shares are rounded up, and the last may begin in the part and end behind it.
                if row < rows {
                    fetched[row * width..][..width][column..]
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
        if !CAN_FETCH {
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
        let part = |rows, width| Part { from: std::ptr::null::<f64>(), stride: 9, rows, width };
        assert!(Ahead::new(part(5, 9), (6, 5), 10).is_none());
        assert!(Ahead::new(part(5, 9), (6, 12), 5).is_none());
        assert!(Ahead::new(part(0, 9), (6, 12), 10).is_none());
        assert!(Ahead::new(part(5, 0), (6, 12), 10).is_none());
    }
}
