//! Where the weights of a kernel are, and what they meet in the copy of a plane.

use super::axis::{Pass, axes, lying};
use super::plan::Plan;
use crate::kernels::conv::correlation::Taps;
use crate::kernels::conv::plan::even_share;
use crate::kernels::conv::shape::Conv2dShape;

/// Maximum number of filters of a group.
const FEW_FILTERS: usize = 3;

/// Maximum number of rows, and of columns, of a kernel. Larger ones are computed as matrix products.
const MAX_KERNEL: usize = 16;

/// Maximum stride, likewise.
const MAX_STRIDE: usize = 4;

/// Maximum number of taps of a strip.
pub(super) const MAX_TAPS: usize = 5;

/// Whether the gradient of the weights is computed plane by plane.
pub(crate) const fn has_few_filters(shape: &Conv2dShape) -> bool {
    let (kernel, stride) = (shape.kernel, shape.stride);
    shape.group_filters() <= FEW_FILTERS
        && kernel.0 <= MAX_KERNEL
        && kernel.1 <= MAX_KERNEL
        && stride.0 <= MAX_STRIDE
        && stride.1 <= MAX_STRIDE
}

/// Whether all passes are computed plane by plane.
pub(crate) const fn is_depthwise(shape: &Conv2dShape) -> bool {
    has_few_filters(shape) && shape.group_channels() == 1
}

/// Taps in a column of a kernel, of which each meets the row that the one before meets for the next
/// row of a tile.
#[derive(Clone, Copy)]
pub(super) struct Strip {
    /// The beginning of the row of the copy that the first tap meets first.
    pub(super) place: usize,
    /// The place of its weight.
    pub(super) weight: usize,
    /// Number of taps.
    pub(super) taps: usize,
}

/// A column of a kernel.
#[derive(Clone, Copy)]
pub(super) struct Column {
    /// The place in a row of the copy.
    pub(super) place: usize,
    pub(super) weight: usize,
}

/// The strips of a row phase.
#[derive(Clone, Copy)]
struct Strips {
    strips: [Strip; MAX_KERNEL],
    count: usize,
    /// Number of rows of the grid.
    grid_rows: usize,
    /// From a weight of a strip to the next.
    weight_step: isize,
}

impl Strips {
    const NONE: Strips = Strips {
        strips: [Strip { place: 0, weight: 0, taps: 0 }; MAX_KERNEL],
        count: 0,
        grid_rows: 0,
        weight_step: 0,
    };

    fn new(plan: &Plan, taps: Taps, kernel_width: usize) -> Strips {
        let (step, stride) = (taps.step.unsigned_abs(), plan.stride.0);
        // Taps from one to the one that meets the next row of a tile.
        let apart = if plan.is_flat || stride % step > 0 { taps.count } else { stride / step };
        // In the order of the rows that are met.
        let tap_at = |index: usize| if taps.step < 0 { taps.count - 1 - index } else { index };
        let weight_step = (apart * taps.weight_step * kernel_width) as isize;
        let mut strips = Strips::NONE.strips;
        let mut count = 0;
        for first in 0..apart.min(taps.count) {
            let all = (taps.count - first).div_ceil(apart);
            let most = even_share(all, MAX_TAPS);
            for start in (0..all).step_by(most) {
                let tap = tap_at(first + start * apart);
                let met = taps.first + tap as isize * taps.step;
                strips[count] = Strip {
                    place: (met - plan.first_row) as usize * plan.row_len,
                    weight: (taps.weight + tap * taps.weight_step) * kernel_width,
                    taps: most.min(all - start),
                };
                count += 1;
            }
        }
        let weight_step = if taps.step < 0 { -weight_step } else { weight_step };
        Strips { strips, count, grid_rows: 0, weight_step }
    }
}

/// The columns of a column phase. Those that meet only zeros are left out.
#[derive(Clone, Copy)]
struct Columns {
    columns: [Column; MAX_KERNEL],
    count: usize,
}

impl Columns {
    const NONE: Columns =
        Columns { columns: [Column { place: 0, weight: 0 }; MAX_KERNEL], count: 0 };

    fn new(plan: &Plan, taps: Taps) -> Columns {
        let stride = plan.stride.1 as isize;
        let mut columns = Columns::NONE.columns;
        let mut count = 0;
        for tap in 0..taps.count {
            let met = taps.first + tap as isize * taps.step;
            let source_phase = met.rem_euclid(stride) as usize;
            if source_phase < plan.source.1 {
                let first = plan.lead as isize + met.div_euclid(stride);
                columns[count] = Column {
                    place: source_phase * plan.pitch + first as usize,
                    weight: taps.weight + tap * taps.weight_step,
                };
                count += 1;
            }
        }
        Columns { columns, count }
    }
}

/// A kernel: where its numbers are, and what they meet, for each phase of a pass.
///
/// The fields are private to this file. Invariant: for each tile of a grid, what the taps meet is in
/// a copy of the plan, and the weights are among those of a kernel.
pub(super) struct Kernel {
    plan: Plan,
    rows: [Strips; MAX_STRIDE],
    columns: [Columns; MAX_STRIDE],
}

impl Kernel {
    #[inline(never)]
    pub(super) fn new(shape: &Conv2dShape, pass: Pass) -> Kernel {
        let plan = Plan::new(shape, pass);
        let kernel_width = lying(shape).kernel.1;
        let (row_axis, column_axis) = axes(shape, pass);
        let mut kernel =
            Kernel { plan, rows: [Strips::NONE; MAX_STRIDE], columns: [Columns::NONE; MAX_STRIDE] };
        for (phase, rows) in kernel.rows.iter_mut().enumerate().take(plan.phases.0) {
            *rows = Strips::new(&plan, row_axis.taps(phase), kernel_width);
            rows.grid_rows = row_axis.grid(phase);
        }
        for (phase, columns) in kernel.columns.iter_mut().enumerate().take(plan.phases.1) {
            *columns = Columns::new(&plan, column_axis.taps(phase));
        }
        kernel
    }

    /// The plan of the copies.
    #[inline(always)]
    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Number of rows of the grid of a row phase.
    #[inline(always)]
    pub(super) fn grid_rows(&self, phase: usize) -> usize {
        self.rows[phase].grid_rows
    }

    /// The strips and columns of a phase.
    #[inline(always)]
    pub(super) fn phase(&self, (row, column): (usize, usize)) -> Phase<'_> {
        let (rows, columns) = (&self.rows[row], &self.columns[column]);
        Phase {
            strips: &rows.strips[..rows.count],
            weight_step: rows.weight_step,
            columns: &columns.columns[..columns.count],
        }
    }
}

/// The taps of a phase.
#[derive(Clone, Copy)]
pub(super) struct Phase<'a> {
    pub(super) strips: &'a [Strip],
    pub(super) weight_step: isize,
    pub(super) columns: &'a [Column],
}
