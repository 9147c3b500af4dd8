//! How `B` is cut into pieces that fit a panel.

use super::prefetch::Part;
use super::product::{CACHE, Factors, Matrix};

/// Columns are cut into panels, and these into blocks of steps of the inner dimension.
pub(super) struct Cut {
    steps: usize,
    /// How many steps a block has; the last may have less.
    pub(super) block: usize,
    columns: usize,
    panel_width: usize,
    is_by_blocks: bool,
}

/// Some steps of some columns.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) step: usize,
    pub(super) depth: usize,
    pub(super) column: usize,
    pub(super) width: usize,
}

impl Cut {
    /// The first `columns` columns of a product.
    #[inline(always)]
    pub(super) fn new<T>(
        Factors { a, .. }: &Factors<'_, T>,
        columns: usize,
        (most_steps, panel_width): (usize, usize),
    ) -> Cut {
        // Blocks of about the same size, and one that writes the bias if there is
        // nothing to add up.
        let blocks = a.columns.div_ceil(most_steps).max(1);
        Cut {
            steps: a.columns,
            block: a.columns.div_ceil(blocks),
            columns,
            panel_width,
            // All of `a` is read for each panel of columns; where that is more than the
            // cache holds, a block of its steps for all panels instead.
            is_by_blocks: a.rows * a.columns * size_of::<T>() > CACHE,
        }
    }

    /// Where to begin, if there are columns.
    #[inline(always)]
    pub(super) fn first(&self) -> Option<Piece> {
        (self.columns > 0).then(|| self.piece(0, 0))
    }

    /// Where to go on.
    #[inline(always)]
    pub(super) fn after(&self, Piece { step, column, .. }: Piece) -> Option<Piece> {
        let (step_below, column_beside) = (step + self.block, column + self.panel_width);
        let (is_lowest, is_last) = (step_below >= self.steps, column_beside >= self.columns);
        match (self.is_by_blocks, is_lowest, is_last) {
            (_, true, true) => None,
            (true, _, false) => Some(self.piece(step, column_beside)),
            (true, false, true) => Some(self.piece(step_below, 0)),
            (false, false, _) => Some(self.piece(step_below, column)),
            (false, true, false) => Some(self.piece(0, column_beside)),
        }
    }

    #[inline(always)]
    fn piece(&self, step: usize, column: usize) -> Piece {
        Piece {
            step,
            depth: (self.steps - step).min(self.block),
            column,
            width: (self.columns - column).min(self.panel_width),
        }
    }
}

impl Piece {
    /// Where it lies in `b`: its rows are those of the memory.
    ///
    /// # Safety
    ///
    /// `b` must have such steps and columns.
    #[inline(always)]
    pub(super) unsafe fn part_of<T>(self, b: &Matrix<'_, T>) -> Part<T> {
        let Piece { step, depth, column, width } = self;
        // SAFETY: handed on from the caller.
        let from = unsafe { b.data.as_ptr().add(step * b.row_stride + column * b.column_stride) };
        match b.column_stride {
            1 => Part { from, stride: b.row_stride, rows: depth, width },
            _ => Part { from, stride: b.column_stride, rows: width, width: depth },
        }
    }
}
