//! Which kernel computes a product: the whole decision, over plain data.
//!
//! [`select`] takes the first row that matches. `w` is the number of lanes of a register, and
//! the *remainder* is `n mod w`, the columns that would leave a register nearly empty if there
//! are at most `w / 4` of them.
//!
//! | | the product | [`Strategy`] |
//! |---|---|---|
//! | 1 | one contiguous row of `A`, contiguous columns of `B`, no bias, `k ≥ w` | that of `Cᵀ = Bᵀ·Aᵀ`, by the rows below |
//! | 2 | `A` column by column, remainder in `1..=w/4`, `k > w`, no bias ([`narrow_columns`]) | [`Tiles`], and the remainder as rows of `Cᵀ` |
//! | 3 | `B` pays for packing ([`pays_to_pack`]) | [`Tiles`] on packed blocks of `B`, and the remainder as dot products if row 5 or 6 has one |
//! | 4 | both factors row by row, `n = 1`, `k ≥ w` | [`Kernel::Dots`] |
//! | 5 | both row by row, remainder in `1..=w/4`, `k ≥ 4 w`, rows enough ([`pays_to_pack_dots`]) | [`Tiles`], and the remainder as dot products |
//! | 6 | the same with fewer rows | [`Kernel::RowsAndDots`] |
//! | 7 | one row | [`Kernel::Row`] |
//! | 8 | all others | [`Tiles`] on `B` in place |
//!
//! A row of `C` that fits one register (`n ≤ w`) has four accumulators in [`Kernel::Row`] and
//! [`Tiles`], if the rows of `A` are contiguous.
//!
//! Two more decisions belong to it: [`divide`], among how many threads, and [`loops`], in
//! which order blocks of `B` are taken and what is prefetched. A single row times a small
//! matrix is decided while compiling: [`is_small`], [`small_row_registers`].
//!
//! Which order a sum is taken in depends on the shape of `B` and of one row of `A`, never on
//! the number of rows, so that a product can be divided at any row, with the same bits. Row 1
//! is the exception; no division leaves a single row.
//!
//! Measurements are from November 2026, `f32`, old and new in one process: Zen 4 (AMD EPYC,
//! two cores, AVX-512) where no processor is named.

use super::machine::{L2_BYTES, Machine, PACKED_BYTES};

/// Shape and layout of a product, `m × k` times `k × n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) m: usize,
    pub(super) k: usize,
    pub(super) n: usize,
    /// From row to row and from column to column of `A`.
    pub(super) a_strides: (usize, usize),
    /// From row to row and from column to column of `B`.
    pub(super) b_strides: (usize, usize),
    pub(super) has_bias: bool,
    /// How many bytes after the beginning of a cache line `B` begins.
    pub(super) b_line_offset: usize,
}

/// How a product is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Strategy {
    /// Whether `Cᵀ = Bᵀ·Aᵀ` is computed.
    pub(super) is_transposed: bool,
    pub(super) kernel: Kernel,
}

/// The kernels of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kernel {
    /// The only row, which streams `B`.
    Row(Accumulators),
    /// The only column: a dot product for each row.
    Dots,
    /// Row by row, the last `dots` columns as dot products.
    RowsAndDots { dots: usize },
    /// Tiles of several rows.
    Tiles(Tiles),
}

/// How tiles cover `C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tiles {
    /// Whether blocks of `B` are copied to a packed block.
    pub(super) is_packed: bool,
    pub(super) accumulators: Accumulators,
    pub(super) remainder: Remainder,
}

/// How many accumulators a number of `C` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accumulators {
    /// One, to which the steps of the inner dimension are added in order.
    One,
    /// Four, each for every fourth step.
    Four,
}

/// The last columns of `C`, where they would leave a register nearly empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remainder {
    /// There are none, or they are part of the tiles.
    InTiles,
    /// This number of columns, as packed dot products.
    Dots(usize),
    /// This number of columns, as rows of `Cᵀ`.
    Narrow(usize),
}

/// Chooses the kernel of a product on one thread: see the table of this module.
#[inline(always)]
pub(super) fn select(product: &Product, machine: Machine) -> Strategy {
    if is_row_by_columns(product, machine) {
        let kernel = kernel(&product.transposed_row(), machine);
        return Strategy { is_transposed: true, kernel };
    }
    Strategy { is_transposed: false, kernel: kernel(product, machine) }
}

#[inline(always)]
fn kernel(product: &Product, machine: Machine) -> Kernel {
    let accumulators = accumulators(product, machine);
    let tiles = |is_packed, remainder| {
        // Next to dot products there are whole registers of columns, or none.
        let is_next_to_dots = matches!(remainder, Remainder::Dots(_));
        let accumulators = if is_next_to_dots { Accumulators::One } else { accumulators };
        Kernel::Tiles(Tiles { is_packed, accumulators, remainder })
    };
    let is_packed = pays_to_pack(product, machine);
    let narrow = narrow_columns(product, machine);
    if narrow > 0 {
        return tiles(is_packed, Remainder::Narrow(narrow));
    }
    let dots = dot_columns(product, machine);
    match (dots, product.n) {
        (0, _) if is_packed => tiles(true, Remainder::InTiles),
        (0, _) if is_single_row(product, machine) => Kernel::Row(accumulators),
        (0, _) => tiles(false, Remainder::InTiles),
        (_, 1) => Kernel::Dots,
        _ if is_packed || pays_to_pack_dots(product, dots) => {
            tiles(is_packed, Remainder::Dots(dots))
        }
        _ => Kernel::RowsAndDots { dots },
    }
}

impl Product {
    /// `Cᵀ = Bᵀ·Aᵀ` of a single contiguous row.
    #[inline(always)]
    fn transposed_row(&self) -> Product {
        let (b_row, b_column) = self.b_strides;
        Product {
            m: self.n,
            n: 1,
            a_strides: (b_column, b_row),
            b_strides: (1, 1),
            b_line_offset: 0,
            ..*self
        }
    }
}

impl Tiles {
    /// Whether something is copied to a packed block.
    #[inline(always)]
    pub(super) fn needs_packed_block(&self) -> bool {
        self.is_packed || matches!(self.remainder, Remainder::Dots(_))
    }

    /// How many columns of `C` the tiles compute.
    #[inline(always)]
    pub(super) fn columns(&self, n: usize) -> usize {
        match self.remainder {
            Remainder::InTiles => n,
            Remainder::Dots(columns) | Remainder::Narrow(columns) => n - columns,
        }
    }

    /// After how many rows the remainder of them is computed, so that the cache still holds
    /// the rows of `A` for it: half of the second-level cache for dot products.
    #[inline(always)]
    pub(super) fn rows_at_once(&self, product: &Product, machine: Machine) -> usize {
        match self.remainder {
            Remainder::InTiles => product.m,
            Remainder::Narrow(_) => NARROW_ROWS_AT_ONCE,
            Remainder::Dots(_) => {
                let row_bytes = product.a_strides.0 * machine.number_bytes;
                (L2_BYTES / 2 / row_bytes.max(1)).next_multiple_of(8)
            }
        }
    }
}

/// Rows that narrow columns are computed for at once, so that `A` is read once for tiles and
/// remainder: a first-level cache holds 64 of its rows for 128 steps.
const NARROW_ROWS_AT_ONCE: usize = 64;

/// Whether a single row is multiplied by contiguous columns, each long enough for a dot
/// product: the gradient of the input of one sample, `dY·Wᵀ`. Packing all weights for one row
/// took longer than the product (64 × 64: 2.2 µs instead of 0.9).
#[inline(always)]
fn is_row_by_columns(product: &Product, machine: Machine) -> bool {
    product.m == 1
        && (product.a_strides.1, product.b_strides.0) == (1, 1)
        && !product.has_bias
        && product.k >= machine.lanes
}

/// A row of `C` that fits one register would be latency-bound with one accumulator, so there
/// are four, for any number of rows: 6-64-8-4 predicts a sample in half the time.
#[inline(always)]
fn accumulators(product: &Product, machine: Machine) -> Accumulators {
    if product.a_strides.1 == 1 && product.n <= machine.lanes {
        Accumulators::Four
    } else {
        Accumulators::One
    }
}

/// Whether there is one row, and, where there are four accumulators, one block of it: blocks
/// are added up with the bits of several rows.
#[inline(always)]
fn is_single_row(product: &Product, machine: Machine) -> bool {
    product.m == 1
        && (matches!(accumulators(product, machine), Accumulators::One)
            || product.k <= machine.max_block_k())
}

/// How many columns would leave a register nearly empty, while `A` is column by column, so
/// that they can be computed along its rows (`Xᵀ·dY` of a weight gradient). That pays off from
/// about as many steps on as a register has lanes.
#[inline(always)]
fn narrow_columns(product: &Product, machine: Machine) -> usize {
    let remainder = product.n % machine.lanes;
    let is_narrow = (1..=machine.lanes / 4).contains(&remainder)
        && product.a_strides.0 == 1
        && product.a_strides.1 >= machine.lanes
        && product.k > machine.lanes
        && !product.has_bias
        && matches!(accumulators(product, machine), Accumulators::One);
    if is_narrow { remainder } else { 0 }
}

/// How many columns would leave a register nearly empty, while both factors are row by row, so
/// that they can be dot products.
#[inline(always)]
fn dot_columns(product: &Product, machine: Machine) -> usize {
    let is_in_rows = (product.a_strides.1, product.b_strides.1) == (1, 1);
    if is_in_rows { dot_remainder(product.k, product.n, machine.lanes) } else { 0 }
}

/// [`dot_columns`] of factors that are row by row. A single column needs no packing, and so
/// fewer steps to pay off.
#[inline(always)]
const fn dot_remainder(k: usize, n: usize, lanes: usize) -> usize {
    let remainder = n % lanes;
    let min_k = if n == 1 { lanes } else { MIN_REGISTERS_TO_DOT * lanes };
    if remainder <= lanes / 4 && k >= min_k { remainder } else { 0 }
}

/// Registers along the inner dimension from which on dot products pay off.
const MIN_REGISTERS_TO_DOT: usize = 4;

/// Whether the dot products are worth the packing of their columns: from [`MIN_ROWS_TO_DOT`]
/// rows on, or for two and three rows next to [`MIN_COLUMNS_PER_DOT`] columns for each. Packing
/// the other columns with them, or computing each row by itself, made predictions of 257
/// outputs for three samples take 2.7 times as long.
#[inline(always)]
fn pays_to_pack_dots(product: &Product, dots: usize) -> bool {
    product.m >= MIN_ROWS_TO_DOT || (product.m > 1 && product.n >= MIN_COLUMNS_PER_DOT * dots)
}

const MIN_ROWS_TO_DOT: usize = 4;
const MIN_COLUMNS_PER_DOT: usize = 8;

/// Whether packed blocks of `B` pay off: if its columns are in the wrong direction; if its
/// rows are so far apart that they evict each other from the cache, and there are rows enough
/// ([`min_rows_to_pack`]); or if a remainder puts registers across cache lines.
#[inline(always)]
fn pays_to_pack(product: &Product, machine: Machine) -> bool {
    let has_whole_registers = product.n.is_multiple_of(machine.lanes);
    product.b_strides.1 != 1
        || (product.n > MAX_COLUMNS_IN_PLACE && product.m >= min_rows_to_pack(product, machine))
        || (product.n > 1
            && product.m >= MIN_ROWS_TO_PACK_REMAINDER
            && product.a_strides.1 == 1
            && !has_whole_registers)
}

/// The columns of the widest block (AVX-512, `f32`): `B` is no wider than that, so that its
/// rows are next to each other.
const MAX_COLUMNS_IN_PLACE: usize = 64;

/// Rows from which on packing pays off for registers that are across cache lines.
const MIN_ROWS_TO_PACK_REMAINDER: usize = 32;

/// From how many rows on packing a wide `B` pays off.
#[inline(always)]
fn min_rows_to_pack(product: &Product, machine: Machine) -> usize {
    let register_bytes = machine.lanes * machine.number_bytes;
    let is_aligned = product.b_line_offset.is_multiple_of(register_bytes);
    let b_bytes = product.b_bytes(machine);
    if machine.has_half_tiles() && is_far(b_bytes) {
        MIN_ROWS_TO_PACK_IN_HALVES
    } else if b_bytes > L2_BYTES {
        MIN_ROWS_TO_PACK_PAST_L2
    } else if is_aligned && product.n.is_multiple_of(machine.lanes) {
        MIN_ROWS_TO_PACK_ALIGNED
    } else {
        MIN_ROWS_TO_PACK
    }
}

/// Tiles of half the width read `B` in place twice. Steps of 784-512-512-10 with three to five
/// samples took 1.02 to 1.15 of the time, and all with more less (AVX2).
const MIN_ROWS_TO_PACK_IN_HALVES: usize = 3;

/// Where the second-level cache does not hold `B`, which more rows than a tile has read more
/// than once. Five rows paid off on Sapphire Rapids; on Zen 4 six rows that were not packed
/// took half the time.
const MIN_ROWS_TO_PACK_PAST_L2: usize = 7;

/// With 16 rows for all, batches of 8 to 15 took 1.1 to 2 times as long.
const MIN_ROWS_TO_PACK: usize = 24;

/// Where no register of `B` is across cache lines. Weights are where the allocator puts them,
/// which is seldom the beginning of a line.
const MIN_ROWS_TO_PACK_ALIGNED: usize = 64;

impl Product {
    #[inline(always)]
    fn b_bytes(&self, machine: Machine) -> usize {
        self.k * self.n * machine.number_bytes
    }
}

/// How the blocks of `B` are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loops {
    pub(super) order: Order,
    pub(super) prefetch: Prefetch,
}

/// Which block follows a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The one below: all steps of the inner dimension for some columns, then the next
    /// columns. `A` is read once for each of those.
    Down,
    /// The one to the right: some steps for all columns, then the next steps.
    Right,
}

/// What tiles request ahead of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefetch {
    Nothing,
    /// The part of `C` below the tile.
    C,
    /// The next block of `B`.
    NextBlock,
}

/// Chooses the order of the blocks of `B` and what is prefetched.
///
/// [`Order::Right`] if the second-level cache does not hold `A`: steps of 500 and more samples
/// with layers of 512 and 1,024 took 5 to 10 % less; where the cache holds `A`, up to 3 % more.
///
/// Prefetching from [`FAR_BYTES`] on, of `C` for products that are mostly result (a weight
/// gradient, or weights that take a step along it), otherwise of packed blocks: a step of
/// 784-512-512-10 with 128 samples takes 0.88 to 0.90 of the time, of 784-1024-1024-10 0.87 to
/// 0.90, a weight gradient alone 0.84 to 0.86.
#[inline(always)]
pub(super) fn loops(product: &Product, is_packed: bool, machine: Machine) -> Loops {
    let Product { m, k, n, .. } = *product;
    let a_bytes = m * k * machine.number_bytes;
    let order = if a_bytes > L2_BYTES { Order::Right } else { Order::Down };
    let prefetch = if is_far(m * n * machine.number_bytes) && m >= k {
        Prefetch::C
    } else if is_packed && is_far(product.b_bytes(machine)) {
        Prefetch::NextBlock
    } else {
        Prefetch::Nothing
    };
    Loops { order, prefetch }
}

/// Whether a matrix of this size has probably left the second-level cache since it was
/// last used.
#[inline(always)]
fn is_far(bytes: usize) -> bool {
    bytes >= FAR_BYTES
}

/// Half of the second-level cache. Prefetching a matrix of a quarter of a megabyte cost 3 %.
const FAR_BYTES: usize = L2_BYTES / 2;

/// How a product is divided among threads. No sum is divided, so that the number of threads
/// changes no bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    /// The columns of `C`, in this number of parts.
    Columns(usize),
    /// The rows of `C`, in this number of parts.
    Rows(usize),
}

/// Chooses how `C`, `m × n`, is divided among `threads`.
///
/// Columns where there are enough, so that each thread packs its own columns of `B`, and meets
/// again the weights that it changed in the step before; otherwise rows. A step of
/// 784-512-512-10 with two threads takes 0.93 of the time by columns, 784-1024-10 0.9, 16
/// samples of 784-512-512-10 0.77.
pub(super) fn divide(m: usize, n: usize, threads: usize) -> Division {
    if n / MIN_COLUMNS_PER_THREAD >= threads {
        Division::Columns(threads)
    } else {
        Division::Rows(threads.min((m / MIN_ROWS_PER_THREAD).max(1)))
    }
}

/// With fewer columns than the longest register has lanes, some sums would be taken in another
/// order; this is two blocks of the widest.
pub(super) const MIN_COLUMNS_PER_THREAD: usize = 128;

/// The height of a low tile.
pub(super) const MIN_ROWS_PER_THREAD: usize = 4;

/// Whether a single row times an `inputs × outputs` matrix is worth a function of its own,
/// which the compiler takes 0.08 s for: the choice of a kernel would take as long as the
/// product. 6-64-8-4 predicts a sample 1.5 times as fast with it.
pub(crate) const fn is_small(inputs: usize, outputs: usize) -> bool {
    // In a debug build of a user's program it would not be optimised.
    !cfg!(debug_assertions) && inputs * outputs <= MAX_SMALL_WEIGHTS
}

const MAX_SMALL_WEIGHTS: usize = 4096;

/// How many registers a single row of `C` takes in the kernel for small products, which
/// computes what [`select`] would choose; 0 if it has no form for it.
pub(super) const fn small_row_registers(inputs: usize, outputs: usize, machine: Machine) -> usize {
    let lanes = machine.lanes;
    // More steps than a block has on any processor.
    let is_too_long = outputs <= lanes && inputs > MIN_MAX_BLOCK_K;
    if is_too_long || outputs > 4 * lanes || dot_remainder(inputs, outputs, lanes) > 0 {
        0
    } else {
        outputs.div_ceil(lanes)
    }
}

/// The least [`Machine::max_block_k`] of all machines: four registers of 64 bytes.
const MIN_MAX_BLOCK_K: usize = PACKED_BYTES / (4 * 64);

#[cfg(test)]
mod tests;
