//! The sizes of registers and caches, and the tile sizes that follow from them.

use crate::kernels::simd::vector::Vector;

/// Bytes of a packed block of `B`: two thirds of the smallest first-level cache (48 KB) of
/// processors with AVX-512. Twice as many made a product of 1,024³ 10 % faster and all
/// smaller ones slower (Sapphire Rapids).
pub(super) const PACKED_BYTES: usize = 32 * 1024;

/// Bytes of the smallest second-level cache of processors with AVX-512.
pub(super) const L2_BYTES: usize = 1024 * 1024;

/// Bytes of a cache line.
pub(super) const LINE_BYTES: usize = 64;

/// Registers of columns in half of a block, which is how wide tiles are where
/// [`has_half_tiles`](Machine::has_half_tiles).
pub(super) const HALF: usize = 2;

/// What the choice of a kernel depends on: the registers of one instruction set for one
/// number type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// How many numbers a register holds.
    pub(super) lanes: usize,
    /// How many registers there are.
    pub(super) registers: usize,
    /// How many registers of columns a block of `B` has.
    pub(super) block_registers: usize,
    /// Bytes of a number.
    pub(super) number_bytes: usize,
}

impl Machine {
    /// The machine with registers `V`, whose blocks are `block_registers` wide.
    pub(super) const fn of<V: Vector>(block_registers: usize) -> Machine {
        Machine {
            lanes: V::LANES,
            registers: V::REGISTERS,
            block_registers,
            number_bytes: size_of::<V::Element>(),
        }
    }

    /// How many columns a block of `B` has.
    pub(super) const fn block_columns(self) -> usize {
        self.block_registers * self.lanes
    }

    /// How many steps of the inner dimension a block of `B` has at most.
    pub(super) const fn max_block_k(self) -> usize {
        PACKED_BYTES / (self.block_columns() * self.number_bytes)
    }

    /// Whether the registers hold the accumulators of a tile of `rows × registers`, one row
    /// of `B`, and a broadcast number of `A`.
    pub(super) const fn holds_tile(self, rows: usize, registers: usize) -> bool {
        rows * registers + registers < self.registers
    }

    /// Whether tiles are half as wide as a block, because a tile of four rows and the whole
    /// width does not fit the registers.
    ///
    /// This is so for AVX2: 6 × 2 registers leave one free, where 4 × 3 made the compiler keep
    /// an accumulator on the stack. Measured with AVX-512 masked, old and new in one process
    /// (Zen 4): 0.77 of the time for a step of 784-50-10 with 100 samples, 0.71 for
    /// 784-512-512-10 with 128, 0.85 for 4-64-64-2 with 32.
    pub(super) const fn has_half_tiles(self) -> bool {
        !self.holds_tile(4, self.block_registers)
    }

    /// How many rows the highest tile has.
    pub(super) const fn max_tile_rows(self) -> usize {
        let width = if self.has_half_tiles() { HALF } else { self.block_registers };
        if self.holds_tile(8, width) {
            8
        } else if self.holds_tile(6, width) {
            6
        } else {
            4
        }
    }
}
