//! The loops around the microkernel: over the blocks of `B`, and over the rows of `C`.

use super::blocking::{Block, Blocking};
use super::epilogue::Epilogue;
use super::machine::Machine;
use super::microkernel::MicroTile;
use super::operands::Operands;
use super::pack::PackedB;
use super::prefetch::{Ahead, Part};
use super::select::{Accumulators, Prefetch, loops};
use super::split::split_rows;
use super::tiles::rows_of_width;
use crate::kernels::simd::vector::Vector;

/// Computes the first `columns` columns of `C`, block by block. If `packed` is given, blocks of `B`
/// are copied to it.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If there are fewer columns, or if the rows of `B` are not contiguous and `packed` is not given.
/// With four accumulators, also if the rows of `A` are not contiguous or there are more columns
/// than a register holds.
#[inline(always)]
pub(super) unsafe fn blocks<V: Vector, const VECTORS: usize>(
    operands: &mut Operands<'_, V::Element>,
    columns: usize,
    accumulators: Accumulators,
    mut packed: Option<&mut PackedB>,
) {
    let machine = const { Machine::of::<V>(VECTORS) };
    assert!(columns <= operands.n(), "{columns} of {} columns", operands.n());
    assert!(packed.is_some() || operands.b().strides().1 == 1, "columns in the wrong direction");
    let loops = loops(&operands.product(), packed.is_some(), machine);
    let blocking = Blocking::new(operands.k(), columns, machine, loops.order);
    debug_assert!(
        blocking.block_k == operands.k() || !matches!(operands.epilogue(), Epilogue::Descend(_)),
        "a step along part of a gradient"
    );
    let heights = (machine.max_tile_rows(), operands.m());
    let mut next = blocking.first();
    while let Some(block) = next {
        next = blocking.after(block);
        let (b, b_stride) = match &mut packed {
            None => (operands.b().ptr_at(block.step, block.column), operands.b().strides().0),
            // SAFETY: the caller guarantees the feature; `blocking` makes blocks that are
            // inside of `B`, `VECTORS` registers wide, and `max_block_k` steps high.
            Some(packed) => unsafe {
                (packed.pack::<V, VECTORS>(operands.b(), block), VECTORS * V::LANES)
            },
        };
        let wanted = match loops.prefetch {
            Prefetch::Nothing => None,
            Prefetch::C => Some(c_below(operands, block, heights.0)),
            Prefetch::NextBlock => next.map(|next| part_of_b(operands, next)),
        };
        let ahead = wanted.and_then(|part| Ahead::new(part, heights, block.depth));
        let (start, start_stride) = start_of(operands, block);
        let tile = MicroTile {
            a: operands.a().ptr_at(0, block.step),
            a_strides: operands.a().strides(),
            b,
            b_stride,
            start,
            start_stride,
            c: operands.c_at(0, block.column),
            c_stride: operands.c_stride(),
            k: block.depth,
            epilogue: operands.epilogue_of_block(block.step, block.depth),
            ahead: ahead.as_ref().map(|ahead| (ahead, 0)),
        };
        // SAFETY: the caller guarantees the feature. The block is inside of `B`, whose rows are
        // contiguous or packed, and `operands` guarantee the shapes of `A`, `C` and the bias:
        // so `tile` is valid for `m × width`.
        unsafe {
            match accumulators {
                Accumulators::Four => {
                    assert!(block.width <= V::LANES, "{} columns in a register", block.width);
                    assert!(tile.a_strides.1 == 1, "rows that are not contiguous");
                    split_rows::<V>(tile, operands.m(), block.width);
                }
                Accumulators::One => {
                    rows_of_width::<V, VECTORS>(tile, operands.m(), block.width);
                }
            }
        }
    }
}

/// The initial values of the sums of a block, and their stride: the sums of the block above, the
/// bias, or zero.
#[inline(always)]
fn start_of<T: Copy>(operands: &Operands<'_, T>, block: Block) -> (*const T, usize) {
    match operands.bias() {
        _ if block.step > 0 => (operands.c_at(0, block.column).cast_const(), operands.c_stride()),
        Some(bias) => (bias[block.column..].as_ptr(), 0),
        None => (core::ptr::null(), 0),
    }
}

/// The rows of `C` below the first tile.
#[inline(always)]
fn c_below<T: Copy>(operands: &Operands<'_, T>, block: Block, tile_rows: usize) -> Part<T> {
    Part {
        first: operands.c_at(tile_rows, block.column).cast_const(),
        stride: operands.c_stride(),
        rows: operands.m(),
        columns: block.width,
    }
}

/// A block as a part of `B`, whose rows are contiguous.
#[inline(always)]
fn part_of_b<T: Copy>(operands: &Operands<'_, T>, block: Block) -> Part<T> {
    let Block { step, depth, column, width } = block;
    let first = operands.b().ptr_at(step, column);
    match operands.b().strides() {
        (stride, 1) => Part { first, stride, rows: depth, columns: width },
        (_, stride) => Part { first, stride, rows: width, columns: depth },
    }
}
