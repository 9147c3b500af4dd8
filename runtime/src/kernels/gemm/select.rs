//! Selects the kernel of a product: the complete decision, based on plain data.
//!
//! [`select`] uses the first row of the table that matches. `w` is the number of lanes of a
//! register. The *remainder* is `n mod w`, the columns that would leave a register nearly empty if
//! there are at most `w / 4` of them.
//!
//! | | the product | [`Strategy`] |
//! |---|---|---|
//! | 1 | one contiguous row of `A`, contiguous columns of `B`, no bias, `k ≥ w` | that of `Cᵀ = Bᵀ·Aᵀ`, by the rows below |
//! | 2 | column-major `A`, remainder in `1..=w/4`, `k > w`, no bias ([`narrow_columns`]) | [`Tiles`], and the remainder as rows of `Cᵀ` |
//! | 3 | packing `B` pays off ([`pays_to_pack`]) | [`Tiles`] on packed blocks of `B`, and the remainder as dot products if row 5 or 6 has one |
//! | 4 | both factors row-major, `n = 1`, `k ≥ w` | [`Kernel::Dots`] |
//! | 5 | both row-major, remainder in `1..=w/4`, `k ≥ 4 w`, enough rows ([`pays_to_pack_dots`]) | [`Tiles`], and the remainder as dot products |
//! | 6 | the same with fewer rows | [`Kernel::RowsAndDots`] |
//! | 7 | one row | [`Kernel::Row`] |
//! | 8 | all others | [`Tiles`] on `B` in place |
//!
//! A row of `C` that fits one register (`n ≤ w`) has four accumulators in [`Kernel::Row`] and
//! [`Tiles`], if the rows of `A` are contiguous.
//!
//! Two more functions belong to the decision. [`divide`] chooses the division among threads, and
//! [`loops`] the order of the blocks of `B` and what is prefetched. For a single row times a small
//! matrix, the kernel is selected at compile time: [`is_small`], [`small_row_registers`].
//!
//! The order of a sum depends on the shape of `B` and of one row of `A`, never on the number of
//! rows. A product can therefore be divided at any row, with the same bits. Row 1 of the table is
//! the exception, but no division leaves a single row.
//!
//! Measurements are from November 2026, `f32`, old and new in one process. The processor is Zen 4
//! (AMD EPYC, two cores, AVX-512) unless another is named.

use super::machine::{L2_BYTES, Machine, PACKED_BYTES};

/// Shape and memory layout of a product, `m × k` times `k × n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) m: usize,
    pub(super) k: usize,
    pub(super) n: usize,
    /// The row stride and the column stride of `A`.
    pub(super) a_strides: (usize, usize),
    /// The row stride and the column stride of `B`.
    pub(super) b_strides: (usize, usize),
    pub(super) has_bias: bool,
    /// The offset of `B` from the beginning of a cache line, in bytes.
    pub(super) b_line_offset: usize,
}

/// The method by which a product is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Strategy {
    /// Whether `Cᵀ = Bᵀ·Aᵀ` is computed.
    pub(super) is_transposed: bool,
    pub(super) kernel: Kernel,
}

/// The kernels of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kernel {
    /// A single row, which streams `B`.
    Row(Accumulators),
    /// A single column: a dot product per row.
    Dots,
    /// Row by row, with the last `dots` columns as dot products.
    RowsAndDots { dots: usize },
    /// Tiles of several rows.
    Tiles(Tiles),
}

/// The division of `C` into tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tiles {
    /// Whether blocks of `B` are copied to a packed block.
    pub(super) is_packed: bool,
    pub(super) accumulators: Accumulators,
    pub(super) remainder: Remainder,
}

/// Number of accumulators per number of `C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accumulators {
    /// One, which accumulates the steps of the inner dimension in order.
    One,
    /// Four, each of which accumulates every fourth step.
    Four,
}

/// The treatment of the last columns of `C`, if they would leave a register nearly empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remainder {
    /// There are none, or the tiles include them.
    InTiles,
    /// This number of columns, as packed dot products.
    Dots(usize),
    /// This number of columns, as rows of `Cᵀ`.
    Narrow(usize),
}

/// Selects the kernel of a product on one thread: see the table of this module.
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
        // Before dot products, there are only whole registers of columns, or none.
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
    /// Whether blocks are packed.
    #[inline(always)]
    pub(super) fn needs_packed_block(&self) -> bool {
        self.is_packed || matches!(self.remainder, Remainder::Dots(_))
    }

    /// Number of columns of `C` that the tiles compute.
    #[inline(always)]
    pub(super) fn columns(&self, n: usize) -> usize {
        match self.remainder {
            Remainder::InTiles => n,
            Remainder::Dots(columns) | Remainder::Narrow(columns) => n - columns,
        }
    }

    /// Number of rows after which their remainder is computed, so that the cache still holds the
    /// rows of `A` for it. For dot products, the rows take half of the L2 cache.
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

/// Number of rows in a group when narrow columns are computed, so that `A` is read only once for
/// tiles and remainder. The L1 cache holds 64 of its rows for 128 steps.
const NARROW_ROWS_AT_ONCE: usize = 64;

/// Whether a single row is multiplied by contiguous columns, each long enough for a dot product.
/// This is the input gradient of one sample, `dY·Wᵀ`. Packing all weights for one row took longer
/// than the product (64 × 64: 2.2 µs instead of 0.9).
#[inline(always)]
fn is_row_by_columns(product: &Product, machine: Machine) -> bool {
    product.m == 1
        && (product.a_strides.1, product.b_strides.0) == (1, 1)
        && !product.has_bias
        && product.k >= machine.lanes
}

/// With one accumulator, a row of `C` that fits one register would be latency-bound. Four
/// accumulators are used, for any number of rows: 6-64-8-4 predicts a sample in half the time.
#[inline(always)]
fn accumulators(product: &Product, machine: Machine) -> Accumulators {
    if product.a_strides.1 == 1 && product.n <= machine.lanes {
        Accumulators::Four
    } else {
        Accumulators::One
    }
}

/// Whether there is a single row and, with four accumulators, a single block of it. The sums of
/// several blocks have the bits of the kernel for several rows.
#[inline(always)]
fn is_single_row(product: &Product, machine: Machine) -> bool {
    product.m == 1
        && (matches!(accumulators(product, machine), Accumulators::One)
            || product.k <= machine.max_block_k())
}

/// The number of columns that would leave a register nearly empty, if `A` is column-major. They can
/// then be computed along its columns (`Xᵀ·dY` of a weight gradient). This pays off if there are
/// more steps than a register has lanes.
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

/// The number of columns that would leave a register nearly empty, if both factors are row-major.
/// They can then be dot products.
#[inline(always)]
fn dot_columns(product: &Product, machine: Machine) -> usize {
    let is_in_rows = (product.a_strides.1, product.b_strides.1) == (1, 1);
    if is_in_rows { dot_remainder(product.k, product.n, machine.lanes) } else { 0 }
}

/// [`dot_columns`] of row-major factors. A single column needs no packing, so fewer steps suffice.
#[inline(always)]
const fn dot_remainder(k: usize, n: usize, lanes: usize) -> usize {
    let remainder = n % lanes;
    let min_k = if n == 1 { lanes } else { MIN_REGISTERS_TO_DOT * lanes };
    if remainder <= lanes / 4 && k >= min_k { remainder } else { 0 }
}

/// Minimum number of registers along the inner dimension for which dot products pay off.
const MIN_REGISTERS_TO_DOT: usize = 4;

/// Whether dot products are worth packing their columns: for at least [`MIN_ROWS_TO_DOT`] rows, or
/// for two and three rows with at least [`MIN_COLUMNS_PER_DOT`] other columns per dot product. The
/// alternatives are to pack the other columns too, or to compute each row separately. They made
/// predictions of 257 outputs for three samples take 2.7 times as long.
#[inline(always)]
fn pays_to_pack_dots(product: &Product, dots: usize) -> bool {
    product.m >= MIN_ROWS_TO_DOT || (product.m > 1 && product.n >= MIN_COLUMNS_PER_DOT * dots)
}

const MIN_ROWS_TO_DOT: usize = 4;
const MIN_COLUMNS_PER_DOT: usize = 8;

/// Whether packed blocks of `B` pay off. There are three cases: the rows of `B` are not contiguous;
/// its rows are so far apart that they evict each other from the cache, and there are enough rows
/// ([`min_rows_to_pack`]); or a remainder makes registers cross cache lines.
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

/// Number of columns in the widest block (AVX-512, `f32`). The rows of a `B` that is not wider are
/// adjacent in memory.
const MAX_COLUMNS_IN_PLACE: usize = 64;

/// Minimum number of rows for which packing pays off if registers cross cache lines.
const MIN_ROWS_TO_PACK_REMAINDER: usize = 32;

/// Minimum number of rows for which packing a wide `B` pays off.
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

/// Tiles of half the width read `B` in place twice. With this bound, steps of 784-512-512-10 with
/// three to five samples took 1.02 to 1.15 of the time, and all with more samples took less (AVX2).
const MIN_ROWS_TO_PACK_IN_HALVES: usize = 3;

/// For a `B` that exceeds the L2 cache, which is read more than once if there are more rows than in
/// a tile. Five rows paid off on Sapphire Rapids. On Zen 4, six rows took half the time without
/// packing.
const MIN_ROWS_TO_PACK_PAST_L2: usize = 7;

/// With a bound of 16 rows in all cases, batches of 8 to 15 took 1.1 to 2 times as long.
const MIN_ROWS_TO_PACK: usize = 24;

/// For a `B` whose registers never cross cache lines. The allocator determines where weights begin,
/// which is seldom at the beginning of a line.
const MIN_ROWS_TO_PACK_ALIGNED: usize = 64;

impl Product {
    #[inline(always)]
    fn b_bytes(&self, machine: Machine) -> usize {
        self.k * self.n * machine.number_bytes
    }
}

/// The order of the blocks of `B`, and what is prefetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loops {
    pub(super) order: Order,
    pub(super) prefetch: Prefetch,
}

/// The successor of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The block below: all steps of the inner dimension for some columns, then the next columns.
    /// `A` is read once per group of columns.
    Down,
    /// The block to the right: some steps for all columns, then the next steps.
    Right,
}

/// The data that tiles prefetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefetch {
    Nothing,
    /// The part of `C` below the tile.
    C,
    /// The next block of `B`.
    NextBlock,
}

/// Selects the order of the blocks of `B` and what is prefetched.
///
/// [`Order::Right`] is used if `A` exceeds the L2 cache. Steps of 500 and more samples with layers
/// of 512 and 1,024 took 5 to 10 % less. If `A` fits the cache, they took up to 3 % more.
///
/// Prefetching starts at [`FAR_BYTES`]. It prefetches `C` for products whose result is the largest
/// operand (a weight gradient, or weights that are updated along it), otherwise packed blocks. A
/// step of 784-512-512-10 with 128 samples takes 0.88 to 0.90 of the time, of 784-1024-1024-10 0.87
/// to 0.90, a weight gradient alone 0.84 to 0.86.
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

/// Whether a matrix of this size has probably been evicted from the L2 cache since its last use.
#[inline(always)]
fn is_far(bytes: usize) -> bool {
    bytes >= FAR_BYTES
}

/// Half of the L2 cache. Prefetching a matrix of a quarter of a megabyte cost 3 %.
const FAR_BYTES: usize = L2_BYTES / 2;

/// The division of a product among threads. Sums are not divided, so the number of threads does not
/// change any bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    /// The columns of `C`, in this number of parts.
    Columns(usize),
    /// The rows of `C`, in this number of parts.
    Rows(usize),
}

/// Selects how `C`, `m × n`, is divided among `threads`.
///
/// If there are enough columns, they are divided. Each thread then packs its own columns of `B`,
/// and its cache still holds the weights that it updated in the previous step. Otherwise rows are
/// divided. A step of 784-512-512-10 with two threads takes 0.93 of the time by columns,
/// 784-1024-10 0.9, and 16 samples of 784-512-512-10 0.77.
pub(super) fn divide(m: usize, n: usize, threads: usize) -> Division {
    if n / MIN_COLUMNS_PER_THREAD >= threads {
        Division::Columns(threads)
    } else {
        Division::Rows(threads.min((m / MIN_ROWS_PER_THREAD).max(1)))
    }
}

/// With fewer columns than the widest register has lanes, some sums would be computed in a
/// different order. This bound is twice the widest block.
pub(super) const MIN_COLUMNS_PER_THREAD: usize = 128;

/// The height of a low tile.
pub(super) const MIN_ROWS_PER_THREAD: usize = 4;

/// Whether a single row times an `inputs × outputs` matrix gets a specialized function, which costs
/// 0.08 s of compile time. Selecting a kernel at run time would take as long as the product:
/// 6-64-8-4 predicts a sample 1.5 times as fast.
pub(crate) const fn is_small(inputs: usize, outputs: usize) -> bool {
    // In a debug build of a user's program, the function would not be optimized.
    !cfg!(debug_assertions) && inputs * outputs <= MAX_SMALL_WEIGHTS
}

const MAX_SMALL_WEIGHTS: usize = 4096;

/// Number of registers for a single row of `C` in the kernel for small products, which computes
/// what [`select`] would choose. 0 if there is no specialized form.
pub(super) const fn small_row_registers(inputs: usize, outputs: usize, machine: Machine) -> usize {
    let lanes = machine.lanes;
    // More steps than fit a block on any processor.
    let is_too_long = outputs <= lanes && inputs > MIN_MAX_BLOCK_K;
    if is_too_long || outputs > 4 * lanes || dot_remainder(inputs, outputs, lanes) > 0 {
        0
    } else {
        outputs.div_ceil(lanes)
    }
}

/// The minimum of [`Machine::max_block_k`] over all machines: four registers of 64 bytes.
const MIN_MAX_BLOCK_K: usize = PACKED_BYTES / (4 * 64);

#[cfg(test)]
mod tests;
