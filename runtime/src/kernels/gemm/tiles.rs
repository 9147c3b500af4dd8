//! Tiles of decreasing height, stacked vertically.

use super::gemv::single_row;
use super::machine::{HALF, Machine};
use super::microkernel::MicroTile;
use super::prefetch::CAN_PREFETCH;
use crate::kernels::simd::vector::Vector;

/// Lower tiles do not prefetch, which reduces the code to compile.
const MIN_ROWS_TO_PREFETCH: usize = 4;

/// Computes `rows` rows of `width` columns, at most `VECTORS` registers.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be in `1..=VECTORS * V::LANES`, and
/// `first` must be valid for `rows × width`.
#[inline(always)]
pub(super) unsafe fn rows_of_width<V: Vector, const VECTORS: usize>(
    first: MicroTile<'_, V::Element>,
    rows: usize,
    width: usize,
) {
    let half = HALF * V::LANES;
    // SAFETY: the caller guarantees that `first` is valid for `rows × width`, of which each arm
    // computes all columns, or the first `half` and the others.
    unsafe {
        if width == VECTORS * V::LANES {
            rows_of_registers::<V, VECTORS, false>(first, rows, 0);
        } else if const { !Machine::of::<V>(VECTORS).has_half_tiles() } {
            rows_of_part::<V, VECTORS>(first, rows, width);
        } else if width < half {
            rows_of_part::<V, HALF>(first, rows, width);
        } else {
            rows_of_registers::<V, HALF, false>(first, rows, 0);
            if width > half {
                rows_of_part::<V, HALF>(first.right_by(half), rows, width - half);
            }
        }
    }
}

/// Computes `rows` rows of `width` columns. The last register is always treated as partial, which
/// halves the number of tiles to compile.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be in `1..=VECTORS * V::LANES`, and
/// `first` must be valid for `rows × width`.
#[inline(always)]
unsafe fn rows_of_part<V: Vector, const VECTORS: usize>(
    first: MicroTile<'_, V::Element>,
    rows: usize,
    width: usize,
) {
    let lanes = (width - 1) % V::LANES + 1;
    // SAFETY: the caller guarantees that `first` is valid for `width` columns, which are this many
    // registers, with `lanes` columns in the last.
    unsafe {
        match width.div_ceil(V::LANES) {
            vectors if vectors == VECTORS => {
                rows_of_registers::<V, VECTORS, true>(first, rows, lanes);
            }
            1 => rows_of_registers::<V, 1, true>(first, rows, lanes),
            2 => rows_of_registers::<V, 2, true>(first, rows, lanes),
            _ => {
                // Compiles fewer tiles if none is wider.
                if const { VECTORS > 3 } {
                    rows_of_registers::<V, 3, true>(first, rows, lanes);
                }
            }
        }
    }
}

/// Computes `rows` rows of `width` columns, two rows at a time.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be in `1..=VECTORS * V::LANES`, and
/// `first` must be valid for `rows × width`.
#[inline(always)]
pub(super) unsafe fn few_rows<V: Vector, const VECTORS: usize>(
    first: MicroTile<'_, V::Element>,
    rows: usize,
    width: usize,
) {
    // SAFETY: the caller guarantees that `first` is valid for `rows × width`; `row < rows`.
    unsafe {
        if width == VECTORS * V::LANES {
            let row = tiles::<V, 2, VECTORS, 1, false>(first, 0, rows, 0);
            tiles::<V, 1, VECTORS, 1, false>(first, row, rows, 0);
        } else {
            for row in 0..rows {
                single_row::<V>(first.down_by(row), width);
            }
        }
    }
}

/// Computes `rows` rows of `VECTORS` registers of columns; if `PART`, the last has only `lanes`
/// columns. Uses the highest tiles that the registers hold, and lower ones for the remainder. If
/// the columns fill the registers, the remainder is never a single row unless it is the only row. A
/// single row would have too few accumulators to hide the latency, and would read all of `B` again.
///
/// # Safety
///
/// The processor must have the feature of `V`. `first` must be valid for `rows` rows of
/// `VECTORS` registers; if `PART`, `lanes` must be in `1..=V::LANES`, and `first` valid for
/// `V::LANES - lanes` columns fewer.
#[inline(always)]
unsafe fn rows_of_registers<V: Vector, const VECTORS: usize, const PART: bool>(
    first: MicroTile<'_, V::Element>,
    rows: usize,
    lanes: usize,
) {
    let end = |row: usize, height: usize| {
        let left = rows - row;
        let is_one_left = !PART && left > height && left % height == 1;
        if is_one_left { rows - height - 1 } else { rows }
    };
    // SAFETY: the caller guarantees that `first` is valid for `rows` rows of these registers,
    // and no tile ends after `rows`.
    unsafe {
        let mut row = 0;
        if const { Machine::of::<V>(VECTORS).has_half_tiles() } {
            const { assert!(VECTORS <= 2 * HALF) };
            row = tiles::<V, 6, HALF, 2, PART>(first, row, end(row, 6), lanes);
            row = tiles::<V, 4, HALF, 2, PART>(first, row, end(row, 4), lanes);
            row = tiles::<V, 3, HALF, 2, PART>(first, row, rows, lanes);
            row = tiles::<V, 2, VECTORS, 1, PART>(first, row, rows, lanes);
            tiles::<V, 1, VECTORS, 1, PART>(first, row, rows, lanes);
            return;
        }
        if const { Machine::of::<V>(VECTORS).holds_tile(8, VECTORS) } {
            row = tiles::<V, 8, VECTORS, 1, PART>(first, row, end(row, 8), lanes);
        } else if const { Machine::of::<V>(VECTORS).holds_tile(6, VECTORS) } {
            row = tiles::<V, 6, VECTORS, 1, PART>(first, row, end(row, 6), lanes);
        }
        row = tiles::<V, 4, VECTORS, 1, PART>(first, row, end(row, 4), lanes);
        if !PART {
            row = tiles::<V, 3, VECTORS, 1, PART>(first, row, rows, lanes);
        }
        row = tiles::<V, 2, VECTORS, 1, PART>(first, row, rows, lanes);
        tiles::<V, 1, VECTORS, 1, PART>(first, row, rows, lanes);
    }
}

/// Computes as many tiles of `ROWS` rows as fit from `row` to `rows`, `TIMES` of them side by side.
/// Returns the row after them.
///
/// # Safety
///
/// The processor must have the feature of `V`. `first` must be valid for `rows` rows of
/// `TIMES * VECTORS` registers; if `PART`, `TIMES` must be 1, `lanes` in `1..=V::LANES`, and
/// `first` valid for `V::LANES - lanes` columns fewer.
#[inline(always)]
unsafe fn tiles<
    V: Vector,
    const ROWS: usize,
    const VECTORS: usize,
    const TIMES: usize,
    const PART: bool,
>(
    first: MicroTile<'_, V::Element>,
    mut row: usize,
    rows: usize,
    lanes: usize,
) -> usize {
    let can_be_ahead = const { CAN_PREFETCH && ROWS >= MIN_ROWS_TO_PREFETCH && !PART };
    let is_ahead = can_be_ahead && first.ahead.is_some();
    let first = if is_ahead { first } else { MicroTile { ahead: None, ..first } };
    while row + ROWS <= rows {
        let mut column = 0;
        while column < TIMES * VECTORS * V::LANES {
            // SAFETY: `row + ROWS <= rows`, and the registers from `column` on are among those
            // that the caller guarantees `first` to be valid for.
            unsafe {
                let tile = first.down_by(row).right_by(column);
                if is_ahead {
                    tile.compute::<V, ROWS, VECTORS, PART, true>(lanes);
                } else {
                    tile.compute::<V, ROWS, VECTORS, PART, false>(lanes);
                }
            }
            column += VECTORS * V::LANES;
        }
        row += ROWS;
    }
    row
}
