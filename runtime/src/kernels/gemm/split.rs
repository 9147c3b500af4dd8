//! Rows of `C` that fit one register, with four accumulators each.
//!
//! With one accumulator, each multiply-add would wait for the previous one (latency-bound).

use num_traits::One;

use super::machine::Machine;
use super::microkernel::MicroTile;
use crate::kernels::simd::vector::Vector;

/// Number of accumulators per number of `C`.
const ACCUMULATORS: usize = 4;

/// Computes `rows` rows of `width` columns.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be in `1..=V::LANES`, and `first`
/// must be valid for `rows × width`.
#[inline(always)]
pub(super) unsafe fn split_rows<V: Vector>(
    first: MicroTile<'_, V::Element>,
    rows: usize,
    width: usize,
) {
    // SAFETY: the caller guarantees that `first` is valid for `rows × width`, and no tile ends
    // after `rows`.
    unsafe {
        let mut row = 0;
        if const { Machine::of::<V>(1).holds_tile(6, ACCUMULATORS) } {
            row = split_tiles::<V, 6>(first, row, rows, width);
        }
        row = split_tiles::<V, 2>(first, row, rows, width);
        split_tiles::<V, 1>(first, row, rows, width);
    }
}

/// Computes as many tiles of `ROWS` rows as fit from `row` to `rows`. Returns the row after them.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be in `1..=V::LANES`, and `first`
/// must be valid for `rows × width`.
#[inline(always)]
unsafe fn split_tiles<V: Vector, const ROWS: usize>(
    first: MicroTile<'_, V::Element>,
    mut row: usize,
    rows: usize,
    width: usize,
) -> usize {
    while row + ROWS <= rows {
        // SAFETY: `row + ROWS <= rows`, so that the tile is valid for `ROWS` rows.
        unsafe { split_tile::<V, ROWS>(first.down_by(row), width) };
        row += ROWS;
    }
    row
}

/// Computes `ROWS` rows of `width` columns.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be in `1..=V::LANES`, and `tile`
/// must be valid for `ROWS × width`.
#[inline(always)]
pub(super) unsafe fn split_tile<V: Vector, const ROWS: usize>(
    tile: MicroTile<'_, V::Element>,
    width: usize,
) {
    // SAFETY: the caller guarantees that `tile` is valid for `ROWS × width`.
    unsafe {
        let sums = split_sums::<V, ROWS, false>(tile, width);
        for (row, &sum) in sums.iter().enumerate() {
            let c = tile.c.add(row * tile.c_stride);
            tile.epilogue.apply_to(c, width, sum).store_part(c, width);
        }
    }
}

/// Computes `(Σ₀ + Σ₁) + (Σ₂ + Σ₃)` for one register of `width` columns, where `Σᵢ` is the sum of
/// all steps `d ≡ i (mod 4)`. `Σ₀` starts with `start`, and also includes the remainder of up to
/// three steps at the end. The columns fill the register if `WHOLE`.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be in `1..=V::LANES`, and
/// `V::LANES` if `WHOLE`, and `tile` must be valid for `ROWS × width`.
#[inline(always)]
pub(super) unsafe fn split_sums<V: Vector, const ROWS: usize, const WHOLE: bool>(
    tile: MicroTile<'_, V::Element>,
    width: usize,
) -> [V; ROWS] {
    // SAFETY: the caller guarantees that `start` can be read for `ROWS × width`, and that
    // `add_step` can be called for each step less than `k`.
    unsafe {
        let mut sums = [[V::zero(); ACCUMULATORS]; ROWS];
        if !tile.start.is_null() {
            for (row, sums) in sums.iter_mut().enumerate() {
                sums[0] = V::load_part(tile.start.add(row * tile.start_stride), width);
            }
        }
        let mut step = 0;
        while step + ACCUMULATORS <= tile.k {
            for accumulator in 0..ACCUMULATORS {
                let step = step + accumulator;
                add_step::<V, ROWS, WHOLE>(&tile, &mut sums, accumulator, step, width);
            }
            step += ACCUMULATORS;
        }
        for step in step..tile.k {
            add_step::<V, ROWS, WHOLE>(&tile, &mut sums, 0, step, width);
        }
        let one = V::splat(V::Element::one());
        let mut totals = [V::zero(); ROWS];
        for (total, [a, b, c, d]) in totals.iter_mut().zip(sums) {
            *total = a.mul_add(b, one).mul_add(c.mul_add(d, one), one);
        }
        totals
    }
}

/// Adds a step of the inner dimension to one accumulator per row.
///
/// # Safety
///
/// The processor must have the feature of `V`, `width` must be in `1..=V::LANES`, and
/// `V::LANES` if `WHOLE`, `tile` must be valid for `ROWS × width`, and `step` less than its `k`.
#[inline(always)]
unsafe fn add_step<V: Vector, const ROWS: usize, const WHOLE: bool>(
    tile: &MicroTile<'_, V::Element>,
    sums: &mut [[V; ACCUMULATORS]; ROWS],
    accumulator: usize,
    step: usize,
    width: usize,
) {
    // SAFETY: `row < ROWS`, and the caller guarantees `step < k`: these numbers of `A` and `B`
    // can be read.
    unsafe {
        let b = tile.b.add(step * tile.b_stride);
        let column = if WHOLE { V::load(b) } else { V::load_part(b, width) };
        let a = tile.a.add(step * tile.a_strides.1);
        for (row, sums) in sums.iter_mut().enumerate() {
            let a = V::splat(core::ptr::read(a.add(row * tile.a_strides.0)));
            sums[accumulator] = sums[accumulator].mul_add(a, column);
        }
    }
}
