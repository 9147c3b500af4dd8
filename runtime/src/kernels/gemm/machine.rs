//! Register and cache sizes, and the tile sizes that follow from them.

use crate::kernels::simd::vector::Vector;

/// Bytes of a packed block of `B`: two thirds of the smallest L1 cache (48 KB) of processors with
/// AVX-512. With twice the size, a product of 1,024³ was 10 % faster and all smaller ones were
/// slower (Sapphire Rapids). The block is on the stack, which is short without an operating system.
pub(super) const PACKED_BYTES: usize = if cfg!(feature = "std") { 32 * 1024 } else { 4 * 1024 };

/// Size of the smallest L2 cache of processors with AVX-512, in bytes.
pub(super) const L2_BYTES: usize = 1024 * 1024;

/// Size of a cache line in bytes.
pub(super) const LINE_BYTES: usize = 64;

/// Half the width of a block in registers: the width of tiles if
/// [`has_half_tiles`](Machine::has_half_tiles).
pub(super) const HALF: usize = 2;

/// The parameters that the choice of a kernel depends on: the registers of one instruction set for
/// one number type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Number of lanes per register.
    pub(super) lanes: usize,
    /// Number of registers.
    pub(super) registers: usize,
    /// Width of a block of `B` in registers.
    pub(super) block_registers: usize,
    /// Size of a number in bytes.
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

    /// Number of columns in a block of `B`.
    pub(super) const fn block_columns(self) -> usize {
        self.block_registers * self.lanes
    }

    /// Maximum number of steps of the inner dimension in a block of `B`.
    #[inline]
    pub(super) const fn max_block_k(self) -> usize {
        PACKED_BYTES / (self.block_columns() * self.number_bytes)
    }

    /// Whether the registers hold the accumulators of a tile of `rows × registers`, one row of `B`,
    /// and a broadcast number of `A`.
    pub(super) const fn holds_tile(self, rows: usize, registers: usize) -> bool {
        rows * registers + registers < self.registers
    }

    /// Whether tiles are half as wide as a block, because a tile of four rows and the full width
    /// does not fit the registers.
    ///
    /// This is the case for AVX2: 6 × 2 registers leave one free, whereas 4 × 3 made the compiler
    /// spill an accumulator to the stack. Measured with AVX-512 masked, old and new in one process
    /// (Zen 4): 0.77 of the time for a step of 784-50-10 with 100 samples, 0.71 for 784-512-512-10
    /// with 128, 0.85 for 4-64-64-2 with 32.
    pub(super) const fn has_half_tiles(self) -> bool {
        !self.holds_tile(4, self.block_registers)
    }

    /// Number of rows in the highest tile.
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
