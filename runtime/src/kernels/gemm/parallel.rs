//! Division of a product among threads.

use super::dispatch::Kernels;
use super::operands::Operands;
use super::select::{Division, MIN_ROWS_PER_THREAD, divide};
use crate::kernels::threads::{fork_join, threads_for};

/// Each thread except the last gets a multiple of this number of columns, so that blocks are full.
const COLUMNS_UNIT: usize = 64;

/// Computes a product, on several threads if it is large enough.
#[inline]
pub(super) fn matmul<T: Kernels + Copy + Send + Sync>(operands: &mut Operands<'_, T>) {
    let flops = (operands.m() * operands.n()).saturating_mul(2 * operands.k());
    let threads = threads_for(flops);
    if threads > 1 {
        divided(operands, threads);
    } else {
        T::matmul(operands);
    }
}

#[inline(never)]
fn divided<T: Kernels + Copy + Send + Sync>(operands: &mut Operands<'_, T>, threads: usize) {
    in_parts(operands, divide(operands.m(), operands.n(), threads));
}

/// Computes a product in parts. It must have enough rows or columns.
pub(super) fn in_parts<T: Kernels + Copy + Send + Sync>(
    operands: &mut Operands<'_, T>,
    division: Division,
) {
    let ((mut one, first), (mut other, second)) = match division {
        Division::Columns(1) | Division::Rows(1) => return T::matmul(operands),
        Division::Columns(parts) => {
            let columns = share(operands.n(), parts, COLUMNS_UNIT);
            let (left, right) = operands.split_at_column(columns);
            let (some, others) = halves(parts);
            ((left, Division::Columns(some)), (right, Division::Columns(others)))
        }
        Division::Rows(parts) => {
            let rows = share(operands.m(), parts, MIN_ROWS_PER_THREAD);
            let (above, below) = operands.split_at_row(rows);
            let (some, others) = halves(parts);
            ((above, Division::Rows(some)), (below, Division::Rows(others)))
        }
    };
    fork_join(move || in_parts(&mut one, first), move || in_parts(&mut other, second));
}

fn halves(parts: usize) -> (usize, usize) {
    (parts / 2, parts - parts / 2)
}

/// The share of `all` that the first half of the parts gets: a multiple of `unit`.
fn share(all: usize, parts: usize, unit: usize) -> usize {
    let share = (all * (parts / 2) / parts).next_multiple_of(unit);
    debug_assert!(0 < share && share < all, "{share} of {all}");
    share
}
