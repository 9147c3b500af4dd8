//! The copy of a plane, and its division into bands.

use super::axis::{Pass, axes};
use crate::kernels::conv::shape::Conv2dShape;
use crate::kernels::simd::vector::MAX_LANES;

/// Registers of a tile, or of half of one: planes often have a multiple of seven rows, and AVX2 has
/// registers for seven sums and a strip.
pub(super) const HIGH: usize = 7;

/// Registers of the highest tile, in two halves.
pub(crate) const REGISTERS: usize = 2 * HIGH;

/// Registers of a tile where fewer are left.
pub(super) const LOW: usize = 4;

/// With fewer rows in the grid, the registers of a tile are adjacent in a row.
const MIN_ROWS: usize = 3;

/// Numbers of the copy of a band: a part of the first-level cache (`f32`). Sums are computed soon after
/// the copy, while the processor fetches the next rows.
const COPY: usize = 2500;

/// Numbers of the sums of gradients at once: planes of more channels would be further apart.
const SUMS: usize = 8192;

/// Number of numbers of scratch memory for a forward pass and a gradient of the input.
pub(crate) const fn depthwise_scratch_len(shape: &Conv2dShape) -> usize {
    let forward = Plan::new(shape, Pass::Forward).copy_len;
    let backward = Plan::new(shape, Pass::Backward).copy_len * shape.group_filters();
    MAX_LANES + if forward > backward { forward } else { backward }
}

/// Number of numbers of scratch memory for the gradient of the weights.
pub(crate) const fn gradient_scratch_len(shape: &Conv2dShape) -> usize {
    let sums = channels_at_once(shape) * channel_sums(shape) * MAX_LANES;
    MAX_LANES + Plan::new(shape, Pass::Forward).copy_len + sums
}

/// Number of sums for a channel: for each weight, and for the bias.
pub(super) const fn channel_sums(shape: &Conv2dShape) -> usize {
    shape.group_filters() * (shape.taps() + 1)
}

/// Number of channels whose sums are kept at once.
pub(super) const fn channels_at_once(shape: &Conv2dShape) -> usize {
    let channels = SUMS / (channel_sums(shape) * MAX_LANES);
    let channels = if channels == 0 { 1 } else { channels };
    if channels < shape.channels { channels } else { shape.channels }
}

/// The copy of a plane.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// Whether the registers of a tile are adjacent in a row.
    pub(super) is_flat: bool,
    /// Rows and columns of a plane of the source.
    pub(super) source: (usize, usize),
    pub(super) source_len: usize,
    /// Columns of a plane of the destination.
    pub(super) width: usize,
    pub(super) destination_len: usize,
    /// Rows and columns of the grid of the first phase, which has the most.
    pub(super) grid: (usize, usize),
    pub(super) stride: (usize, usize),
    /// Phases of the destination.
    pub(super) phases: (usize, usize),
    pub(super) spacing: (usize, usize),
    /// Rows of a grid at once.
    pub(super) band: usize,
    /// The row of the source that is the first one of the copy, for the first row of a grid.
    pub(super) first_row: isize,
    /// Rows of the source from the first to the last that is met.
    pub(super) reach: usize,
    /// Zeros before the first row: those before other rows are the end of the row above.
    pub(super) lead: usize,
    /// The distance of column phases.
    pub(super) pitch: usize,
    /// The distance of rows.
    pub(super) row_len: usize,
    /// Number of numbers of a copy. What the last row needs after it is in its pitch.
    pub(super) copy_len: usize,
}

impl Plan {
    pub(super) const fn new(shape: &Conv2dShape, pass: Pass) -> Plan {
        let (rows, columns) = axes(shape, pass);
        let grid = (rows.grid(0), columns.grid(0));
        let is_flat = grid.0 < MIN_ROWS && grid.1 > MAX_LANES;
        let (first_row, last_row) = rows.met();
        let (first, last) = columns.met();
        let stride = columns.stride() as isize;
        let (first, last) = (first.div_euclid(stride), last.div_euclid(stride));
        let before = if first < 0 { first.unsigned_abs() } else { 0 };
        let last = if last > 0 { last as usize } else { 0 };
        // Tiles end beyond the grid.
        let wide =
            grid.1.next_multiple_of(MAX_LANES) + if is_flat { (LOW - 1) * MAX_LANES } else { 0 };
        let inside = columns.source().div_ceil(columns.stride());
        let pitch = if wide + last > inside + before { wide + last } else { inside + before };
        let pitch = pitch.next_multiple_of(MAX_LANES);
        let row_len = columns.source_phases() * pitch;
        let reach = (last_row - first_row) as usize;
        let fitting = (COPY / row_len).saturating_sub(reach) / rows.stride();
        let band = if fitting >= grid.0 {
            grid.0
        } else if is_flat {
            1
        } else if fitting < REGISTERS {
            HIGH
        } else {
            fitting / (REGISTERS) * REGISTERS
        };
        let mut plan = Plan {
            is_flat,
            source: (rows.source(), columns.source()),
            source_len: rows.source() * columns.source(),
            width: columns.destination(),
            destination_len: rows.destination() * columns.destination(),
            grid,
            stride: (rows.stride(), columns.stride()),
            phases: (rows.phases(), columns.phases()),
            spacing: (rows.spacing(), columns.spacing()),
            band: if band < grid.0 { band } else { grid.0 },
            first_row,
            reach,
            lead: before.next_multiple_of(MAX_LANES),
            pitch,
            row_len,
            copy_len: 0,
        };
        plan.copy_len = plan.lead + plan.copied_rows(plan.band) * row_len;
        plan
    }

    /// The rows of a copy for some rows of a grid. Those that only the end of a tile meets are included:
    /// they must not be left from another plane, which may contain infinity.
    pub(super) const fn copied_rows(&self, rows: usize) -> usize {
        let rest = rows % (REGISTERS);
        let rows = match rest {
            _ if self.is_flat || rest == 0 => rows,
            _ if rest <= LOW => rows - rest + LOW,
            _ if rest <= HIGH => rows - rest + HIGH,
            _ if rest <= HIGH + LOW => rows - rest + HIGH + LOW,
            _ => rows - rest + REGISTERS,
        };
        (rows - 1) * self.stride.0 + self.reach + 1
    }
}
