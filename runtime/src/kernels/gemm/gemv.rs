//! Products with a single row of `C`.

use super::microkernel::MicroTile;
use super::operands::Operands;
use super::select::Accumulators;
use super::split::split_tile;
use crate::kernels::simd::vector::Vector;

/// Computes the only row of `C`.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If there is no row or column, or the rows of `B` are not contiguous. With four accumulators,
/// also if the row of `A` is not contiguous or the row of `C` does not fit a register.
#[inline(always)]
pub(super) unsafe fn only_row<V: Vector>(
    operands: &mut Operands<'_, V::Element>,
    accumulators: Accumulators,
) {
    let width = operands.n();
    assert!(operands.m() > 0 && width > 0, "a row");
    assert!(operands.b().strides().1 == 1, "columns in the wrong direction");
    let row = row_of(operands, 0);
    match accumulators {
        Accumulators::Four => {
            assert!(width <= V::LANES, "{width} columns in a register");
            assert!(row.a_strides.1 == 1, "a row that is not contiguous");
            // SAFETY: the caller guarantees the feature; the row exists, so that `row` is valid
            // for `1 × width`.
            unsafe { split_tile::<V, 1>(row, width) }
        }
        // SAFETY: the caller guarantees the feature; the row exists, so that `row` is valid for
        // `1 × width`.
        Accumulators::One => unsafe { single_row::<V>(row, width) },
    }
}

/// The tile of this row of the product. It is valid for one row of all columns, if the row exists,
/// `B` has contiguous rows, and the operands stay exclusively borrowed.
#[inline(always)]
pub(super) fn row_of<'f, T: Copy>(operands: &'f Operands<'_, T>, row: usize) -> MicroTile<'f, T> {
    MicroTile {
        a: operands.a().ptr_at(row, 0),
        a_strides: operands.a().strides(),
        b: operands.b().ptr_at(0, 0),
        b_stride: operands.b().strides().0,
        start: operands.bias().map_or(core::ptr::null(), |bias| bias.as_ptr()),
        start_stride: 0,
        c: operands.c_at(row, 0),
        c_stride: operands.c_stride(),
        k: operands.k(),
        epilogue: operands.epilogue(),
        ahead: None,
    }
}

/// Computes a single row of any width. It streams `B`, which is faster for longer rows. Eight
/// accumulators hide the latency of the additions. With more, if there are enough registers, longer
/// pieces of rows are read: from the third-level cache, 128 × 512 weights took 0.83 of the time.
///
/// # Safety
///
/// The processor must have the feature of `V`, and `row` must be valid for `1 × width`.
#[inline(always)]
pub(super) unsafe fn single_row<V: Vector>(mut row: MicroTile<'_, V::Element>, mut width: usize) {
    // SAFETY: the caller guarantees that `row` is valid for `width` columns, and it is moved to
    // the right by as many as `width` gets less.
    unsafe {
        if V::REGISTERS >= 32 {
            while width >= 24 * V::LANES {
                row.compute::<V, 1, 24, false, false>(0);
                row = row.right_by(24 * V::LANES);
                width -= 24 * V::LANES;
            }
            if width >= 16 * V::LANES {
                row.compute::<V, 1, 16, false, false>(0);
                row = row.right_by(16 * V::LANES);
                width -= 16 * V::LANES;
            }
        }
        while width >= 8 * V::LANES {
            row.compute::<V, 1, 8, false, false>(0);
            row = row.right_by(8 * V::LANES);
            width -= 8 * V::LANES;
        }
        if width > 4 * V::LANES {
            row.compute::<V, 1, 4, false, false>(0);
            row = row.right_by(4 * V::LANES);
            width -= 4 * V::LANES;
        }
        let lanes = width.wrapping_sub(1) % V::LANES + 1;
        match width.div_ceil(V::LANES) {
            0 => {}
            1 => row.compute::<V, 1, 1, true, false>(lanes),
            2 => row.compute::<V, 1, 2, true, false>(lanes),
            3 => row.compute::<V, 1, 3, true, false>(lanes),
            _ => row.compute::<V, 1, 4, true, false>(lanes),
        }
    }
}
