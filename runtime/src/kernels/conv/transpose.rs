//! Transposition, a square of registers at a time.

use crate::kernels::simd::opaque::opaque_ptr;
use crate::kernels::simd::vector::{MAX_LANES, Vector};

/// `to[c][r] = from[r][c]`, for `rows × columns` numbers of `from`. Rows of `from` are contiguous
/// and `stride` apart, those of `to` are `to_stride` apart. If `WHOLE`, whole registers are written
/// to the rows of `to`, which is faster.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If a slice is too short.
#[inline(always)]
pub(super) unsafe fn transpose<V: Vector, const WHOLE: bool>(
    (from, stride): (&[V::Element], usize),
    (rows, columns): (usize, usize),
    (to, to_stride): (&mut [V::Element], usize),
) {
    if rows == 0 || columns == 0 {
        return;
    }
    let to_width = if WHOLE { rows.next_multiple_of(V::LANES) } else { rows };
    assert!((rows - 1) * stride + columns <= from.len(), "numbers to transpose");
    assert!((columns - 1) * to_stride + to_width <= to.len(), "room for a transpose");
    for row in (0..rows).step_by(V::LANES) {
        let height = (rows - row).min(V::LANES);
        for column in (0..columns).step_by(V::LANES) {
            let width = (columns - column).min(V::LANES);
            // SAFETY: the caller guarantees the feature. `height` rows of `width` numbers from here
            // on are in `from`, and `width` rows of `height` numbers from there on are in `to`,
            // rounded up to a register if `WHOLE`: this was checked.
            unsafe {
                let from = from.as_ptr().add(row * stride + column);
                let to = to.as_mut_ptr().add(column * to_stride + row);
                square::<V, WHOLE>((from, stride), (height, width), (to, to_stride));
            }
        }
    }
}

/// [`transpose`] for at most a register of rows and columns.
///
/// # Safety
///
/// The processor must have the feature of `V`. `rows` and `columns` must be in `1..=V::LANES`. `rows`
/// rows of `columns` numbers must be readable in `from`, and `columns` rows of `rows` numbers
/// writable in `to`, or of a register if `WHOLE`.
#[expect(clippy::needless_range_loop, reason = "adapters are not always inlined here")]
#[inline(always)]
unsafe fn square<V: Vector, const WHOLE: bool>(
    (from, stride): (*const V::Element, usize),
    (rows, columns): (usize, usize),
    (to, to_stride): (*mut V::Element, usize),
) {
    // SAFETY: the caller guarantees the feature, and these rows and columns.
    unsafe {
        let mut block = [V::zero(); MAX_LANES];
        if rows == V::LANES && columns == V::LANES {
            let mut row = from;
            for lane in 0..V::LANES {
                block[lane] = V::load(row);
                row = opaque_ptr(row.wrapping_add(stride));
            }
            let block = transposed(block);
            for lane in 0..V::LANES {
                block[lane].store(to.add(lane * to_stride));
            }
            return;
        }
        for lane in 0..rows {
            block[lane] = V::load_part(from.add(lane * stride), columns);
        }
        let block = transposed(block);
        for lane in 0..columns {
            let to = to.add(lane * to_stride);
            if WHOLE { block[lane].store(to) } else { block[lane].store_part(to, rows) }
        }
    }
}

/// Transposes the first `LANES` registers as a square matrix. Each round interleaves the upper half
/// of the rows with the lower half.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn transposed<V: Vector>(mut block: [V; MAX_LANES]) -> [V; MAX_LANES] {
    let half = V::LANES / 2;
    for _ in 0..V::LANES.ilog2() {
        let rows = block;
        for pair in 0..half {
            // SAFETY: the caller guarantees the processor feature.
            let (low, high) = unsafe { rows[pair].interleave(rows[pair + half]) };
            block[2 * pair] = low;
            block[2 * pair + 1] = high;
        }
    }
    block
}
