//! The division of a grid into tiles of registers.

use super::kernel::MAX_TAPS;
use super::plan::{HIGH, LOW, REGISTERS};
use crate::kernels::simd::vector::Vector;

/// Some registers of a grid.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    pub(super) row: usize,
    pub(super) column: usize,
    /// Number of registers that begin in the grid.
    pub(super) registers: usize,
}

/// The tiles of a grid.
pub(super) struct Tiles {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) is_flat: bool,
    pub(super) next: (usize, usize),
}

impl Tiles {
    #[inline(always)]
    pub(super) fn next<V: Vector>(&mut self) -> Option<Tile> {
        let (row, column) = self.next;
        if row >= self.rows || column >= self.columns {
            return None;
        }
        let left =
            if self.is_flat { (self.columns - column).div_ceil(V::LANES) } else { self.rows - row };
        let registers = if is_double::<V>() && left > HIGH + LOW {
            left.min(REGISTERS)
        } else {
            left.min(HIGH)
        };
        let (down, right) = if self.is_flat { (1, registers) } else { (registers, 1) };
        self.next = if column + right * V::LANES < self.columns {
            (row, column + right * V::LANES)
        } else {
            (row + down, 0)
        };
        Some(Tile { row, column, registers })
    }
}

/// Whether there are registers for tiles of twice the height, in two halves.
#[inline(always)]
pub(super) const fn is_double<V: Vector>() -> bool {
    V::REGISTERS > 2 * (HIGH + MAX_TAPS)
}
