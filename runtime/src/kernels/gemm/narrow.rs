//! The last columns of `C` as rows of `Cᵀ = Bᵀ·Aᵀ`, for a column-major `A`. The registers then run
//! along the columns of `C`, which are longer.

use core::mem::MaybeUninit;

use super::epilogue::Epilogue;
use super::microkernel::MicroTile;
use super::operands::Operands;
use super::tiles::few_rows;
use crate::kernels::simd::vector::Vector;

/// A quarter of the widest register, times four such registers.
const MAX_SUMS: usize = 4 * 64;

/// Computes the last `columns` columns.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If the columns exceed a quarter of a register, or `A` is not column-major.
#[inline(always)]
pub(super) unsafe fn narrow_columns<V: Vector, const VECTORS: usize>(
    operands: &mut Operands<'_, V::Element>,
    columns: usize,
) {
    let (a, b) = (operands.a(), operands.b());
    assert!(a.strides().0 == 1, "a factor that is column by column");
    assert!(columns <= V::LANES / 4 && columns <= operands.n(), "{columns} narrow columns");
    const { assert!(V::LANES / 4 * VECTORS * V::LANES <= MAX_SUMS) };
    let (column, max_width) = (operands.n() - columns, VECTORS * V::LANES);
    let mut sums = [const { MaybeUninit::<V::Element>::uninit() }; MAX_SUMS];
    let sums = sums.as_mut_ptr().cast::<V::Element>();
    for row in (0..operands.m()).step_by(max_width) {
        let width = (operands.m() - row).min(max_width);
        let tile = MicroTile {
            a: b.ptr_at(0, column),
            a_strides: (b.strides().1, b.strides().0),
            b: a.ptr_at(row, 0),
            b_stride: a.strides().1,
            start: core::ptr::null(),
            start_stride: 0,
            c: sums,
            c_stride: max_width,
            k: operands.k(),
            epilogue: &Epilogue::Store,
            ahead: None,
        };
        // SAFETY: the caller guarantees the feature. `columns` columns of `B` and `width` rows
        // of `A`, which are contiguous, are inside of them, and `sums` has room for `columns`
        // rows of `max_width`: so `tile` is valid for `columns × width`.
        unsafe { few_rows::<V, VECTORS>(tile, columns, width) };
        // Column by column: the compiler would store the few numbers of a row as part of a
        // register, and the store of the next row would have to wait for it.
        for narrow in 0..columns {
            // SAFETY: `few_rows` has written `width` numbers to this row of `sums`.
            let sums = unsafe { core::slice::from_raw_parts(sums.add(narrow * max_width), width) };
            for (row, &sum) in (row..).zip(sums) {
                let c = operands.c_at(row, column + narrow);
                // SAFETY: `row < m` and the column is less than `n`, so that this is an element
                // of `C`, which is borrowed exclusively.
                unsafe { *c = operands.epilogue().apply(*c, sum) };
            }
        }
    }
}
