//! A packed block of `B`: some columns for some steps of the inner dimension, copied so that its
//! rows are contiguous.
//!
//! The row stride of a wide matrix is often a power of two. The columns of a tile then share a few
//! sets of the cache and evict each other. The columns of a transposed matrix are not contiguous at
//! all.

use core::mem::MaybeUninit;

use super::blocking::Block;
use super::machine::PACKED_BYTES;
use super::matrix::Matrix;
use crate::kernels::simd::opaque::opaque_ptr;
use crate::kernels::simd::vector::{MAX_LANES, Vector};

/// Memory for a packed block. It is on the stack, so a product does not allocate.
#[repr(align(64))]
pub(super) struct PackedB([MaybeUninit<u8>; PACKED_BYTES]);

impl PackedB {
    /// Uninitialized memory.
    pub(super) fn uninit() -> PackedB {
        PackedB([MaybeUninit::uninit(); PACKED_BYTES])
    }

    /// A pointer to memory for `PACKED_BYTES / size_of::<T>()` numbers.
    pub(super) fn as_mut_ptr<T>(&mut self) -> *mut T {
        self.0.as_mut_ptr().cast()
    }

    /// Copies a block of `b`, with a row stride of `VECTORS` registers. Returns a pointer to its
    /// first element.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The block must be inside of `b` and fit
    /// `VECTORS` registers of columns and `PACKED_BYTES`.
    #[inline(always)]
    pub(super) unsafe fn pack<V: Vector, const VECTORS: usize>(
        &mut self,
        b: Matrix<'_, V::Element>,
        Block { step, depth, column, width }: Block,
    ) -> *const V::Element {
        let (from, size) = (b.ptr_at(step, column), (depth, width));
        let to = self.as_mut_ptr::<V::Element>();
        let (row_stride, column_stride) = b.strides();
        debug_assert!(row_stride == 1 || column_stride == 1, "contiguous rows or columns");
        // SAFETY: the caller guarantees that the block is inside of `b`, whose rows, or else
        // columns, are contiguous, and that `depth` rows of `VECTORS` registers fit the room.
        unsafe {
            if column_stride == 1 {
                pack_rows::<V, VECTORS>((from, row_stride), size, to);
            } else {
                pack_columns::<V>((from, column_stride), size, (to, VECTORS * V::LANES));
            }
        }
        to.cast_const()
    }
}

/// `to[d][c] = from[d][c]` for `depth × width` numbers, whose rows are `stride` apart in
/// `from` and `VECTORS` registers in `to`.
///
/// # Safety
///
/// The processor must have the feature of `V`. `width` must be at most `VECTORS` registers,
/// the numbers must be readable in `from`, and `to` must be writable for `depth` rows.
#[inline(always)]
unsafe fn pack_rows<V: Vector, const VECTORS: usize>(
    (from, stride): (*const V::Element, usize),
    (depth, width): (usize, usize),
    to: *mut V::Element,
) {
    let (whole, rest) = (width / V::LANES, width % V::LANES);
    for step in 0..depth {
        // SAFETY: `step < depth`, and no column from `width` on is read or written.
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

/// `to[d][c] = from[c][d]` for `depth × width` numbers, whose columns are contiguous and
/// `stride` apart in `from`, and whose rows are `to_stride` apart in `to`.
///
/// # Safety
///
/// The processor must have the feature of `V`. The numbers must be readable in `from`, and `to`
/// must be writable for `depth` rows of `width` numbers, rounded up to whole registers.
#[expect(clippy::needless_range_loop, reason = "adapters are not always inlined here")]
#[inline(always)]
unsafe fn pack_columns<V: Vector>(
    (from, stride): (*const V::Element, usize),
    (depth, width): (usize, usize),
    (to, to_stride): (*mut V::Element, usize),
) {
    for column in (0..width).step_by(V::LANES) {
        let columns = (width - column).min(V::LANES);
        for step in (0..depth).step_by(V::LANES) {
            let steps = (depth - step).min(V::LANES);
            // SAFETY: of `columns` columns `steps` numbers each are read, all inside of
            // `depth × width`, and a whole register is written to each of `steps` rows.
            unsafe {
                let from = from.add(column * stride + step);
                let to = to.add(step * to_stride + column);
                if columns == V::LANES && steps == V::LANES {
                    // A separate array for this case stays in registers.
                    let mut block = [V::zero(); MAX_LANES];
                    let mut row = from;
                    for lane in 0..V::LANES {
                        block[lane] = V::load(row);
                        row = opaque_ptr(row.wrapping_add(stride));
                    }
                    let block = transposed(block);
                    for lane in 0..V::LANES {
                        block[lane].store(to.add(lane * to_stride));
                    }
                } else {
                    let mut block = [V::zero(); MAX_LANES];
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
