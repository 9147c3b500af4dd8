//! A panel: some columns of `B` for some steps of the inner dimension, copied so
//! that they lie side by side.
//!
//! Rows of a wide matrix are often a power of two apart, and then the columns of
//! a tile share a few sets of the cache and push each other out. A transposed
//! matrix has its columns in the wrong direction altogether.

use std::mem::MaybeUninit;

use super::tile::computed_here;
use super::vector::{MOST_LANES, Vector};

/// Room for a panel, two thirds of the smallest first-level cache in use where
/// registers are long. It lies on the stack: a product allocates nothing.
#[repr(align(64))]
pub struct Panel([MaybeUninit<u8>; Panel::BYTES]);

impl Panel {
    pub(super) const BYTES: usize = 32 * 1024;

    /// A panel that nothing has been written to.
    pub(super) fn uninit() -> Panel {
        Panel([MaybeUninit::uninit(); Panel::BYTES])
    }

    /// Where its numbers begin.
    pub(super) fn numbers<T>(&mut self) -> *mut T {
        self.0.as_mut_ptr().cast()
    }
}

/// `to[d][c] = from[d][c]` for `depth × width` numbers, whose rows are `stride`
/// apart in `from` and `VECTORS` registers in `to`.
///
/// # Safety
///
/// The processor must have the feature behind `V`; the numbers must lie in
/// `from`, and there must be room for them in `to`.
#[inline(always)]
pub(super) unsafe fn pack<V: Vector, const VECTORS: usize>(
    (from, stride): (*const V::Element, usize),
    (depth, width): (usize, usize),
    to: *mut V::Element,
) {
    let (whole, rest) = (width / V::LANES, width % V::LANES);
    for step in 0..depth {
        // SAFETY: `step < depth`, and the columns end at `width`.
        unsafe {
            let (from, to) = (from.add(step * stride), to.add(step * VECTORS * V::LANES));
            let copy = |vector: usize| {
                V::load(from.add(vector * V::LANES)).store(to.add(vector * V::LANES));
            };
            if whole == VECTORS {
                (0..VECTORS).for_each(copy);
                continue;
            }
            (0..whole).for_each(copy);
            if rest > 0 {
                let column = whole * V::LANES;
                V::load_part(from.add(column), rest).store_part(to.add(column), rest);
            }
        }
    }
}

/// `to[d][c] = from[c][d]`, otherwise as [`pack`].
///
/// # Safety
///
/// As [`pack`]; the rows in `to` must have room for whole registers.
#[expect(clippy::needless_range_loop, reason = "adapters are not always inlined here")]
#[inline(always)]
pub(super) unsafe fn pack_transposed<V: Vector>(
    (from, stride): (*const V::Element, usize),
    (depth, width): (usize, usize),
    (to, to_stride): (*mut V::Element, usize),
) {
    for column in (0..width).step_by(V::LANES) {
        let columns = (width - column).min(V::LANES);
        for step in (0..depth).step_by(V::LANES) {
            let steps = (depth - step).min(V::LANES);
            // SAFETY: only `columns` rows and `steps` numbers of each are read;
            // `steps` registers are written.
            unsafe {
                let from = from.add(column * stride + step);
                let to = to.add(step * to_stride + column);
                if columns == V::LANES && steps == V::LANES {
                    // An array for this case alone stays in registers.
                    let mut block = [V::zero(); MOST_LANES];
                    let mut row = from;
                    for lane in 0..V::LANES {
                        block[lane] = V::load(row);
                        row = computed_here(row.wrapping_add(stride));
                    }
                    let block = transposed(block);
                    for lane in 0..V::LANES {
                        block[lane].store(to.add(lane * to_stride));
                    }
                } else {
                    let mut block = [V::zero(); MOST_LANES];
                    for lane in 0..columns {
                        block[lane] = V::load_part(from.add(lane * stride), steps);
                    }
                    let block = transposed(block);
                    for lane in 0..steps {
                        block[lane].store(to.add(lane * to_stride));
                    }
                }
            }
        }
    }
}

/// The first `LANES` registers as a square matrix, rows and columns exchanged:
/// each round interleaves the upper half of the rows with the lower half.
///
/// # Safety
///
/// The processor must have the feature behind `V`.
#[inline(always)]
unsafe fn transposed<V: Vector>(mut block: [V; MOST_LANES]) -> [V; MOST_LANES] {
    let half = V::LANES / 2;
    for _ in 0..V::LANES.ilog2() {
        let rows = block;
        for pair in 0..half {
            // SAFETY: handed on from the caller.
            let (low, high) = unsafe { rows[pair].interleave(rows[pair + half]) };
            block[2 * pair] = low;
            block[2 * pair + 1] = high;
        }
    }
    block
}
