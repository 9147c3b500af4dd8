//! The division of `B` into blocks.

use super::machine::Machine;
use super::select::Order;

/// The blocks of `B`. Each is as wide as a block of the machine, and has as many steps of the inner
/// dimension as fit the L1 cache.
pub(super) struct Blocking {
    k: usize,
    /// Number of steps in a block; the last block may have fewer.
    pub(super) block_k: usize,
    columns: usize,
    block_columns: usize,
    order: Order,
}

/// `depth` steps of the inner dimension from `step` on, for `width` columns from `column` on.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) step: usize,
    pub(super) depth: usize,
    pub(super) column: usize,
    pub(super) width: usize,
}

impl Blocking {
    /// Divides the first `columns` columns of a `B` of `k` rows.
    #[inline(always)]
    pub(super) fn new(k: usize, columns: usize, machine: Machine, order: Order) -> Blocking {
        // Blocks of about the same size. At least one, which writes the bias if `k` is 0.
        let blocks = k.div_ceil(machine.max_block_k()).max(1);
        Blocking {
            k,
            block_k: k.div_ceil(blocks),
            columns,
            block_columns: machine.block_columns(),
            order,
        }
    }

    /// The first block, if there are columns.
    #[inline(always)]
    pub(super) fn first(&self) -> Option<Block> {
        (self.columns > 0).then(|| self.block(0, 0))
    }

    /// The block after `block`, if it is not the last.
    #[inline(always)]
    pub(super) fn after(&self, Block { step, column, .. }: Block) -> Option<Block> {
        let (below, right) = (step + self.block_k, column + self.block_columns);
        let (is_lowest, is_rightmost) = (below >= self.k, right >= self.columns);
        match (self.order, is_lowest, is_rightmost) {
            (_, true, true) => None,
            (Order::Right, _, false) => Some(self.block(step, right)),
            (Order::Right, false, true) => Some(self.block(below, 0)),
            (Order::Down, false, _) => Some(self.block(below, column)),
            (Order::Down, true, false) => Some(self.block(0, right)),
        }
    }

    #[inline(always)]
    fn block(&self, step: usize, column: usize) -> Block {
        Block {
            step,
            depth: (self.k - step).min(self.block_k),
            column,
            width: (self.columns - column).min(self.block_columns),
        }
    }
}
