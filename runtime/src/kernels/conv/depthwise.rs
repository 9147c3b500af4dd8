//! Convolutions with few filters in each group, plane by plane: a depthwise convolution has one filter
//! and one channel in each group.
//!
//! A plane of the source is copied once, a band of rows at a time, with zeros around it. With a stride,
//! the columns that have the same remainder are adjacent in the copy: a *column phase*. Each tap of the
//! kernel then meets adjacent numbers for a row of the grid. A tile has several rows of one register; a
//! number that was loaded is used for all rows of the tile that meet it, by a *strip* of taps in one
//! column of the kernel.
//!
//! If the grid has very few rows, the registers of a tile are adjacent in a row instead.

use num_traits::Zero;

use super::correlation::Taps;
use super::gradient::WeightGradient;
use super::microkernel::added;
use super::plan::even_share;
use super::shape::{Conv2dShape, Dimension};
use super::views::aligned;
use crate::kernels::simd::opaque::opaque_ptr;
use crate::kernels::simd::vector::{MAX_LANES, Vector};

/// Maximum number of filters of a group.
const FEW_FILTERS: usize = 3;

/// Maximum number of rows, and of columns, of a kernel.
const MAX_KERNEL: usize = 16;

/// Maximum stride.
const MAX_STRIDE: usize = 4;

/// Registers of a tile: planes often have a multiple of seven rows, and AVX2 has registers for them and
/// a strip.
const HIGH: usize = 7;

/// Registers of a tile where fewer are left.
const LOW: usize = 4;

/// Maximum number of taps of a strip.
const MAX_TAPS: usize = 5;

/// Maximum number of rows that a strip meets.
const MET: usize = HIGH + MAX_TAPS - 1;

/// With fewer rows in the grid, the registers of a tile are adjacent in a row.
const MIN_ROWS: usize = 3;

/// Numbers of a copied plane: less than half of the first-level cache (`f32`).
const COPY: usize = 5000;

/// Numbers of the sums of gradients at once, likewise.
const SUMS: usize = 4096;

/// Whether the gradient of the weights is computed plane by plane.
pub(super) const fn has_few_filters(shape: &Conv2dShape) -> bool {
    let (kernel, stride) = (shape.kernel, shape.stride);
    shape.group_filters() <= FEW_FILTERS
        && kernel.0 <= MAX_KERNEL
        && kernel.1 <= MAX_KERNEL
        && stride.0 <= MAX_STRIDE
        && stride.1 <= MAX_STRIDE
}

/// Whether all passes are computed plane by plane.
pub(super) const fn is_depthwise(shape: &Conv2dShape) -> bool {
    has_few_filters(shape) && shape.group_channels() == 1
}

/// Number of numbers of scratch memory for a forward pass and a gradient of the input.
pub(super) const fn depthwise_scratch_len(shape: &Conv2dShape) -> usize {
    let forward = Plan::new(shape, Pass::Forward).copy_len;
    let backward = Plan::new(shape, Pass::Backward).copy_len * shape.group_filters();
    MAX_LANES + if forward > backward { forward } else { backward }
}

/// Number of numbers of scratch memory for the gradient of the weights.
pub(super) const fn gradient_scratch_len(shape: &Conv2dShape) -> usize {
    let sums = channels_at_once(shape) * channel_sums(shape) * MAX_LANES;
    MAX_LANES + Plan::new(shape, Pass::Forward).copy_len + sums
}

/// Number of sums for a channel: for each weight, and for the bias.
const fn channel_sums(shape: &Conv2dShape) -> usize {
    shape.group_filters() * (shape.taps() + 1)
}

/// Number of channels whose sums are kept at once.
const fn channels_at_once(shape: &Conv2dShape) -> usize {
    let channels = SUMS / (channel_sums(shape) * MAX_LANES);
    let channels = if channels == 0 { 1 } else { channels };
    if channels < shape.channels { channels } else { shape.channels }
}

/// What is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// The output, from the input.
    Forward,
    /// The gradient of the input, from that of the output.
    Backward,
}

/// The operands of a pass, for some samples.
pub struct Depthwise<'a, T> {
    pub(super) shape: &'a Conv2dShape,
    pub(super) pass: Pass,
    pub(super) source: &'a [T],
    pub(super) weights: &'a [T],
    pub(super) bias: Option<&'a [T]>,
    pub(super) is_rectified: bool,
    pub(super) destination: &'a mut [T],
    pub(super) scratch: &'a mut [T],
}

/// A direction of a pass. As in [`Correlation`](super::correlation::Correlation), the gradient of the
/// input with a stride has phases, with a grid for each.
#[derive(Clone, Copy)]
struct Axis {
    dimension: Dimension,
    pass: Pass,
}

impl Axis {
    /// Number of places of the source.
    const fn source(&self) -> usize {
        match self.pass {
            Pass::Forward => self.dimension.size,
            Pass::Backward => self.dimension.output(),
        }
    }

    /// Number of places of the destination.
    const fn destination(&self) -> usize {
        match self.pass {
            Pass::Forward => self.dimension.output(),
            Pass::Backward => self.dimension.size,
        }
    }

    /// Places of the source from one place of a grid to the next.
    const fn stride(&self) -> usize {
        match self.pass {
            Pass::Forward => self.dimension.stride,
            Pass::Backward => 1,
        }
    }

    /// Number of phases of the source that are not empty.
    const fn source_phases(&self) -> usize {
        if self.stride() < self.source() { self.stride() } else { self.source() }
    }

    /// Number of phases of the destination that are not empty.
    const fn phases(&self) -> usize {
        match self.pass {
            Pass::Forward => 1,
            Pass::Backward => self.dimension.phases(),
        }
    }

    /// Places of the destination from one place of a grid to the next.
    const fn spacing(&self) -> usize {
        match self.pass {
            Pass::Forward => 1,
            Pass::Backward => self.dimension.stride,
        }
    }

    /// Number of places of the grid of a phase. The first phase has the most.
    const fn grid(&self, phase: usize) -> usize {
        (self.destination() - phase).div_ceil(self.spacing())
    }

    const fn taps(&self, phase: usize) -> Taps {
        match self.pass {
            Pass::Forward => self.dimension.forward(),
            Pass::Backward => self.dimension.backward(phase),
        }
    }

    /// The first and the last place of the source that a tap meets for the first place of a grid.
    const fn met(&self) -> (isize, isize) {
        let mut met = (0, 0);
        let (mut phase, mut is_first) = (0, true);
        while phase < self.phases() {
            let taps = self.taps(phase);
            if taps.count > 0 {
                let (least, most) = (taps.least(), taps.least() + taps.reach() as isize);
                met.0 = if is_first || least < met.0 { least } else { met.0 };
                met.1 = if is_first || most > met.1 { most } else { met.1 };
                is_first = false;
            }
            phase += 1;
        }
        met
    }
}

/// The copy of a plane.
#[derive(Clone, Copy)]
struct Plan {
    /// Whether the registers of a tile are adjacent in a row.
    is_flat: bool,
    /// Rows and columns of a plane of the source.
    source: (usize, usize),
    source_len: usize,
    /// Columns of a plane of the destination.
    width: usize,
    destination_len: usize,
    /// Rows and columns of the grid of the first phase, which has the most.
    grid: (usize, usize),
    stride: (usize, usize),
    /// Phases of the destination.
    phases: (usize, usize),
    spacing: (usize, usize),
    /// Rows of a grid at once.
    band: usize,
    /// The row of the source that is the first one of the copy, for the first row of a grid.
    first_row: isize,
    /// Rows of the source from the first to the last that is met.
    reach: usize,
    /// Zeros before the first row: those before other rows are the end of the row above.
    lead: usize,
    /// The distance of column phases.
    pitch: usize,
    /// The distance of rows.
    row_len: usize,
    /// Number of numbers of a copy. What the last row needs after it is in its pitch.
    copy_len: usize,
}

impl Plan {
    const fn new(shape: &Conv2dShape, pass: Pass) -> Plan {
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
        let wide = grid.1.next_multiple_of(MAX_LANES)
            + if is_flat { (LOW - 1) * MAX_LANES } else { 0 };
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
        } else if fitting < HIGH {
            HIGH
        } else {
            fitting / HIGH * HIGH
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
    const fn copied_rows(&self, rows: usize) -> usize {
        let rest = rows % HIGH;
        let rows = match rest {
            _ if self.is_flat => rows,
            0 => rows,
            _ if rest <= LOW => rows - rest + LOW,
            _ => rows - rest + HIGH,
        };
        (rows - 1) * self.stride.0 + self.reach + 1
    }

    /// Copies what some rows of a grid meet. Everything else must be zero, and other rows of a plane may
    /// be left from before.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If a slice is too short.
    #[inline(always)]
    unsafe fn copy<V: Vector>(
        &self,
        (row, rows): (usize, usize),
        plane: &[V::Element],
        to: &mut [V::Element],
    ) {
        let (height, width) = self.source;
        let rows = self.copied_rows(rows);
        assert!(plane.len() == height * width, "a plane");
        assert!(self.lead + rows * self.row_len <= to.len(), "room for a copy");
        let first = (row * self.stride.0) as isize + self.first_row;
        let before = rows.min((-first).max(0) as usize);
        let first = first.max(0) as usize;
        let inside = height.saturating_sub(first).min(rows - before);
        let to = &mut to[self.lead..][..rows * self.row_len];
        if self.band < self.grid.0 {
            // Otherwise, these rows are never written.
            to[..before * self.row_len].fill(V::Element::zero());
            to[(before + inside) * self.row_len..].fill(V::Element::zero());
        }
        if inside == 0 {
            return;
        }
        let (from, to) = (&plane[first * width..], &mut to[before * self.row_len..]);
        // SAFETY: the caller guarantees the feature. As many rows are in the plane, and in the copy.
        unsafe { self.copy_rows::<V>(inside, from.as_ptr(), to.as_mut_ptr()) };
    }

    /// Copies rows.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and there must be as many rows in `from` and `to`.
    #[inline(always)]
    unsafe fn copy_rows<V: Vector>(
        &self,
        rows: usize,
        mut from: *const V::Element,
        mut to: *mut V::Element,
    ) {
        let width = self.source.1;
        // SAFETY: the caller guarantees the feature. All numbers that are read are in the row. A phase
        // has room for them, rounded up to a register.
        unsafe {
            match self.stride.1 {
                1 => {
                    let (whole, rest) = (width / V::LANES * V::LANES, width % V::LANES);
                    for _ in 0..rows {
                        for place in (0..whole).step_by(V::LANES) {
                            V::load(from.add(place)).store(to.add(place));
                        }
                        if rest > 0 {
                            V::load_part(from.add(whole), rest).store(to.add(whole));
                        }
                        from = from.wrapping_add(width);
                        to = to.wrapping_add(self.row_len);
                    }
                }
                2 if width > 1 => {
                    let whole = width / (2 * V::LANES) * V::LANES;
                    let rest = width % (2 * V::LANES);
                    let (low, high) = (rest.min(V::LANES), rest.saturating_sub(V::LANES));
                    for _ in 0..rows {
                        let odd_to = to.add(self.pitch);
                        for place in (0..whole).step_by(V::LANES) {
                            let low = V::load(from.add(2 * place));
                            let high = V::load(from.add(2 * place + V::LANES));
                            let (even, odd) = low.deinterleave(high);
                            even.store(to.add(place));
                            odd.store(odd_to.add(place));
                        }
                        if rest > 0 {
                            let from = from.add(2 * whole);
                            let low = V::load_part(from, low);
                            let high = if high > 0 {
                                V::load_part(from.add(V::LANES), high)
                            } else {
                                V::zero()
                            };
                            let (even, odd) = low.deinterleave(high);
                            even.store(to.add(whole));
                            odd.store(odd_to.add(whole));
                        }
                        from = from.wrapping_add(width);
                        to = to.wrapping_add(self.row_len);
                    }
                }
                stride => {
                    for _ in 0..rows {
                        for phase in 0..stride.min(width) {
                            let to = to.add(phase * self.pitch);
                            for place in 0..(width - phase).div_ceil(stride) {
                                *to.add(place) = *from.add(phase + place * stride);
                            }
                        }
                        from = from.wrapping_add(width);
                        to = to.wrapping_add(self.row_len);
                    }
                }
            }
        }
    }
}

/// The directions of a pass.
const fn axes(shape: &Conv2dShape, pass: Pass) -> (Axis, Axis) {
    let shape = lying(shape);
    let rows = Axis { dimension: shape.vertical(), pass };
    (rows, Axis { dimension: shape.horizontal(), pass })
}

/// The same convolution with a single row instead of a single column, or of a kernel of 1 × 1.
const fn lying(shape: &Conv2dShape) -> Conv2dShape {
    let (padding, mut lying) = (shape.padding, *shape);
    let is_narrow = shape.kernel.1 == 1 && padding.left == 0 && padding.right == 0;
    if is_narrow && shape.width == 1 {
        (lying.height, lying.width) = (1, shape.height);
        lying.kernel = (1, shape.kernel.0);
        lying.stride = (1, shape.stride.0);
        lying.dilation = (1, shape.dilation.0);
        lying.padding =
            super::Padding { top: 0, bottom: 0, left: padding.top, right: padding.bottom };
    } else if is_narrow
        && shape.taps() == 1
        && padding.top == 0
        && padding.bottom == 0
        && shape.stride.0 == 1
        && shape.stride.1 == 1
    {
        (lying.height, lying.width) = (1, shape.height * shape.width);
    }
    lying
}

/// Taps in a column of a kernel, of which each meets the row that the one before meets for the next
/// row of a tile.
#[derive(Clone, Copy)]
struct Strip {
    /// The row of the copy that the first tap meets first.
    row: usize,
    /// The place of its weight.
    weight: usize,
    /// Number of taps.
    taps: usize,
}

/// A column of a kernel.
#[derive(Clone, Copy)]
struct Column {
    /// The place in a row of the copy.
    place: usize,
    weight: usize,
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
        strips: [Strip { row: 0, weight: 0, taps: 0 }; MAX_KERNEL],
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
                    row: (met - plan.first_row) as usize,
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
    const NONE: Columns = Columns { columns: [Column { place: 0, weight: 0 }; MAX_KERNEL], count: 0 };

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
struct Kernel {
    plan: Plan,
    rows: [Strips; MAX_STRIDE],
    columns: [Columns; MAX_STRIDE],
}

impl Kernel {
    #[inline(never)]
    fn new(shape: &Conv2dShape, pass: Pass) -> Kernel {
        let plan = Plan::new(shape, pass);
        let kernel_width = lying(shape).kernel.1;
        let (row_axis, column_axis) = axes(shape, pass);
        let mut kernel = Kernel {
            plan,
            rows: [Strips::NONE; MAX_STRIDE],
            columns: [Columns::NONE; MAX_STRIDE],
        };
        for (phase, rows) in kernel.rows.iter_mut().enumerate().take(plan.phases.0) {
            *rows = Strips::new(&plan, row_axis.taps(phase), kernel_width);
            rows.grid_rows = row_axis.grid(phase);
        }
        for (phase, columns) in kernel.columns.iter_mut().enumerate().take(plan.phases.1) {
            *columns = Columns::new(&plan, column_axis.taps(phase));
        }
        kernel
    }

    /// The strips and columns of a phase.
    #[inline(always)]
    fn phase(&self, (row, column): (usize, usize)) -> Phase<'_> {
        let (rows, columns) = (&self.rows[row], &self.columns[column]);
        Phase {
            strips: &rows.strips[..rows.count],
            weight_step: rows.weight_step,
            columns: &columns.columns[..columns.count],
            row_len: self.plan.row_len,
        }
    }
}

/// The taps of a phase.
#[derive(Clone, Copy)]
struct Phase<'a> {
    strips: &'a [Strip],
    weight_step: isize,
    columns: &'a [Column],
    row_len: usize,
}

/// Some registers of a grid.
#[derive(Clone, Copy)]
struct Tile {
    row: usize,
    column: usize,
    /// Number of registers that begin in the grid.
    registers: usize,
}

/// The tiles of a grid.
struct Tiles {
    rows: usize,
    columns: usize,
    is_flat: bool,
    lanes: usize,
    next: (usize, usize),
}

impl Tiles {
    #[inline(always)]
    fn next(&mut self) -> Option<Tile> {
        let (row, column) = self.next;
        if row >= self.rows || column >= self.columns {
            return None;
        }
        let left =
            if self.is_flat { (self.columns - column).div_ceil(self.lanes) } else { self.rows - row };
        let registers = if left > HIGH { HIGH } else { left };
        let (down, right) = if self.is_flat { (1, registers) } else { (registers, 1) };
        self.next = if column + right * self.lanes < self.columns {
            (row, column + right * self.lanes)
        } else {
            (row + down, 0)
        };
        Some(Tile { row, column, registers })
    }
}

/// Computes a pass.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If a slice is too short.
#[inline(always)]
pub(super) unsafe fn depthwise<V: Vector>(operands: &mut Depthwise<'_, V::Element>) {
    let Depthwise { shape, pass, source, weights, bias, is_rectified, .. } = *operands;
    let kernel = &Kernel::new(shape, pass);
    let plan = &kernel.plan;
    let (sources, destinations) = match pass {
        Pass::Forward => (1, shape.group_filters()),
        Pass::Backward => (shape.group_filters(), 1),
    };
    let copies = &mut aligned(operands.scratch)[..sources * plan.copy_len];
    copies.fill(V::Element::zero());
    let group_weights = shape.group_filters() * shape.taps();
    let groups_of_source = source.chunks_exact(sources * plan.source_len);
    let groups_of_destination =
        operands.destination.chunks_exact_mut(destinations * plan.destination_len);
    let mut group = 0;
    for (source, destination) in groups_of_source.zip(groups_of_destination) {
        let weights = &weights[group * group_weights..][..group_weights];
        let bias = bias.map(|bias| &bias[group * destinations..][..destinations]);
        for row in (0..plan.grid.0).step_by(plan.band) {
            let rows = plan.band.min(plan.grid.0 - row);
            let planes = source.chunks_exact(plan.source_len);
            for (plane, copy) in planes.zip(copies.chunks_exact_mut(plan.copy_len)) {
                // SAFETY: the caller guarantees the feature.
                unsafe { plan.copy::<V>((row, rows), plane, copy) };
            }
            let planes = destination.chunks_exact_mut(plan.destination_len);
            for (index, destination) in planes.enumerate() {
                let mut band = Band {
                    kernel,
                    rows: (row, rows),
                    sources,
                    copies,
                    weights: &weights[index * shape.taps()..],
                    taps: shape.taps(),
                    bias: bias.map_or(V::Element::zero(), |bias| bias[index]),
                    is_rectified,
                    destination,
                };
                // SAFETY: the caller guarantees the feature.
                unsafe { band.compute::<V>() };
            }
        }
        group = if group + 1 == shape.groups { 0 } else { group + 1 };
    }
}

/// Some rows of all grids, for a plane of the destination.
struct Band<'a, T> {
    kernel: &'a Kernel,
    /// The first row, and their number.
    rows: (usize, usize),
    sources: usize,
    copies: &'a [T],
    /// Those for the first copy.
    weights: &'a [T],
    /// Number of weights of a kernel.
    taps: usize,
    bias: T,
    is_rectified: bool,
    destination: &'a mut [T],
}

impl<T: num_traits::Float> Band<'_, T> {
    /// Computes all phases.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If a slice is too short.
    #[inline(always)]
    unsafe fn compute<V: Vector<Element = T>>(&mut self) {
        let plan = &self.kernel.plan;
        assert!(self.copies.len() >= self.sources * plan.copy_len, "the copies");
        assert!(self.weights.len() >= self.sources * self.taps, "the weights");
        assert!(self.destination.len() == plan.destination_len, "a plane");
        for phase in 0..plan.phases.0 {
            let mut tiles = Tiles {
                rows: self.rows.1.min(self.kernel.rows[phase].grid_rows.saturating_sub(self.rows.0)),
                columns: plan.grid.1,
                is_flat: plan.is_flat,
                lanes: V::LANES,
                next: (0, 0),
            };
            while let Some(tile) = tiles.next() {
                // SAFETY: the caller guarantees the feature. The tile is in the grid, and the lengths
                // were checked.
                unsafe {
                    if tile.registers > LOW {
                        self.tile::<V, HIGH>(phase, tile);
                    } else {
                        self.tile::<V, LOW>(phase, tile);
                    }
                }
            }
        }
    }

    /// Computes a tile for all column phases of a row phase.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The tile must have at most `R` registers, and be in
    /// the grid. The slices must have the lengths that [`compute`](Band::compute) checks.
    #[inline(always)]
    unsafe fn tile<V: Vector<Element = T>, const R: usize>(&mut self, phase: usize, tile: Tile) {
        let plan = &self.kernel.plan;
        let width = plan.width;
        let spacing = plan.spacing;
        let phases = plan.phases.1;
        let row = phase + (self.rows.0 + tile.row) * spacing.0;
        let (down, right) =
            if plan.is_flat { (0, V::LANES) } else { (spacing.0 * width, 0) };
        let at = tile.row * plan.stride.0 * plan.row_len + tile.column;
        let distance = if plan.is_flat { V::LANES } else { plan.stride.0 * plan.row_len };
        // SAFETY: the caller guarantees the feature. What the taps meet is in the copies, by the
        // invariant of the kernel. A register of the tile begins at a column of the grid, and the
        // numbers of it that are stored are those whose column is less than `width`.
        unsafe {
            let mut even = [V::zero(); R];
            for column_phase in 0..phases {
                let taps = self.kernel.phase((phase, column_phase));
                let mut sums = [V::splat(self.bias); R];
                for source in 0..self.sources {
                    let met = self.copies.as_ptr().add(source * plan.copy_len + at);
                    let weights = self.weights.as_ptr().add(source * self.taps);
                    sums = taps.add::<V, R>(sums, (met, distance), weights);
                }
                if self.is_rectified {
                    for sum in &mut sums {
                        *sum = sum.relu();
                    }
                }
                if phases == 2 && column_phase == 0 {
                    even = sums;
                    continue;
                }
                let to = self.destination.as_mut_ptr().add(row * width);
                for register in 0..R {
                    if register == tile.registers {
                        break;
                    }
                    let column = tile.column + register * right;
                    let to = to.add(register * down);
                    if phases == 1 {
                        store_up_to(sums[register], to.add(column), width - column);
                    } else if phases == 2 {
                        let (low, high) = even[register].interleave(sums[register]);
                        let (to, left) = (to.add(2 * column), width - 2 * column);
                        store_up_to(low, to, left);
                        if left > V::LANES {
                            store_up_to(high, to.add(V::LANES), left - V::LANES);
                        }
                    } else {
                        let mut lanes = [T::zero(); MAX_LANES];
                        sums[register].store(lanes.as_mut_ptr());
                        let places = (column_phase + column * spacing.1..width).step_by(spacing.1);
                        for (place, &sum) in places.zip(&lanes[..V::LANES]) {
                            *to.add(place) = sum;
                        }
                    }
                }
            }
        }
    }
}

/// Stores a register, or `left` numbers of it if that is less.
///
/// # Safety
///
/// The processor must have the feature of `V`. `left` must not be 0, and as many numbers must be
/// writable, up to a register.
#[inline(always)]
unsafe fn store_up_to<V: Vector>(register: V, to: *mut V::Element, left: usize) {
    // SAFETY: the caller guarantees this.
    unsafe {
        if left >= V::LANES { register.store(to) } else { register.store_part(to, left) }
    }
}

/// Calls a method with the number of taps of a strip as a constant.
macro_rules! with_taps {
    ($taps:expr, $N:ident => $call:expr) => {
        match $taps {
            1 => {
                const $N: usize = 1;
                $call
            }
            2 => {
                const $N: usize = 2;
                $call
            }
            3 => {
                const $N: usize = 3;
                $call
            }
            4 => {
                const $N: usize = 4;
                $call
            }
            _ => {
                const $N: usize = MAX_TAPS;
                $call
            }
        }
    };
}

impl Phase<'_> {
    /// Adds the products of a tile to its sums. `met` is the first number of the tile, and the
    /// distance of its registers.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. What the taps meet, and their weights, must be
    /// readable.
    #[inline(always)]
    unsafe fn add<V: Vector, const R: usize>(
        &self,
        mut sums: [V; R],
        (met, distance): (*const V::Element, usize),
        weights: *const V::Element,
    ) -> [V; R] {
        for strip in self.strips {
            // SAFETY: the caller guarantees this for all strips.
            unsafe {
                let met = (met.add(strip.row * self.row_len), distance);
                let weights = (weights.add(strip.weight), self.weight_step);
                with_taps!(strip.taps, N => {
                    for column in self.columns {
                        sums = column.add::<V, R, N>(sums, met, weights);
                    }
                });
            }
        }
        sums
    }

    /// Adds the products of a tile of the gradient of the output, and what each tap meets, to the sums
    /// of the taps: a register for each, in the order of strips, columns, and taps of a strip.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. What the taps meet must be readable, and their sums
    /// writable.
    #[inline(always)]
    unsafe fn add_gradients<V: Vector, const R: usize>(
        &self,
        d_output: [V; R],
        (met, distance): (*const V::Element, usize),
        mut sums: *mut V::Element,
    ) {
        for strip in self.strips {
            // SAFETY: the caller guarantees this for all strips.
            unsafe {
                let met = (met.add(strip.row * self.row_len), distance);
                with_taps!(strip.taps, N => {
                    for column in self.columns {
                        column.add_gradients::<V, R, N>(&d_output, met, sums);
                        sums = sums.add(N * V::LANES);
                    }
                });
            }
        }
    }
}

impl Column {
    /// [`Phase::add`] for a strip of `N` taps.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    unsafe fn add<V: Vector, const R: usize, const N: usize>(
        &self,
        mut sums: [V; R],
        (met, distance): (*const V::Element, usize),
        (weights, step): (*const V::Element, isize),
    ) -> [V; R] {
        // SAFETY: the caller guarantees this.
        unsafe {
            let mut factors = [V::zero(); N];
            for (tap, factor) in factors.iter_mut().enumerate() {
                *factor = V::splat(*weights.add(self.weight).offset(tap as isize * step));
            }
            let met = load_rows::<V>(met.add(self.place), distance, R + N - 1);
            for tap in 0..N {
                for row in 0..R {
                    sums[row] = sums[row].mul_add(factors[tap], met[row + tap]);
                }
            }
            sums
        }
    }

    /// [`Phase::add_gradients`] for a strip of `N` taps.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    unsafe fn add_gradients<V: Vector, const R: usize, const N: usize>(
        &self,
        d_output: &[V; R],
        (met, distance): (*const V::Element, usize),
        to: *mut V::Element,
    ) {
        // SAFETY: the caller guarantees this.
        unsafe {
            let mut sums = [V::zero(); N];
            for (tap, sum) in sums.iter_mut().enumerate() {
                *sum = V::load(to.add(tap * V::LANES));
            }
            let met = load_rows::<V>(met.add(self.place), distance, R + N - 1);
            for row in 0..R {
                for tap in 0..N {
                    sums[tap] = sums[tap].mul_add(d_output[row], met[row + tap]);
                }
            }
            for (tap, sum) in sums.into_iter().enumerate() {
                sum.store(to.add(tap * V::LANES));
            }
        }
    }
}

/// The rows that a strip of `count` rows and taps meets, at most [`MET`].
///
/// # Safety
///
/// The processor must have the feature of `V`. A register must be readable in each of these rows.
#[inline(always)]
unsafe fn load_rows<V: Vector>(
    mut from: *const V::Element,
    distance: usize,
    count: usize,
) -> [V; MET] {
    // SAFETY: the caller guarantees this.
    unsafe {
        let mut rows = [V::zero(); MET];
        for row in 0..count {
            rows[row] = V::load(from);
            // Otherwise, the compiler would keep a pointer to each row.
            from = opaque_ptr(from.wrapping_add(distance));
        }
        rows
    }
}

/// Computes the gradients of weights and bias, for whole groups.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If a slice is too short.
#[inline(always)]
pub(super) unsafe fn few_filters<V: Vector>(operands: &mut WeightGradient<'_, V::Element>) {
    let WeightGradient { shape, batch, filter, input, d_output, .. } = *operands;
    let kernel = &Kernel::new(shape, Pass::Forward);
    let plan = &kernel.plan;
    let (filters, taps) = (shape.group_filters(), shape.taps());
    let groups = operands.d_weights.len() / (filters * shape.filter_len());
    let first_group = filter / filters;
    let first = first_group * shape.group_channels();
    let all = groups * shape.group_channels();
    let sums_len = channel_sums(shape) * V::LANES;
    let (copy, sums) = aligned(operands.scratch).split_at_mut(plan.copy_len);
    copy.fill(V::Element::zero());
    operands.d_weights.fill(V::Element::zero());
    for channels in (0..all).step_by(channels_at_once(shape)) {
        let channels = channels..all.min(channels + channels_at_once(shape));
        let sums = &mut sums[..channels.len() * sums_len];
        sums.fill(V::Element::zero());
        for sample in 0..batch {
            for (channel, sums) in channels.clone().zip(sums.chunks_exact_mut(sums_len)) {
                let channel = first + channel;
                let plane = (sample * shape.channels + channel) * plan.source_len;
                let filter = channel / shape.group_channels() * filters;
                let planes = (sample * shape.filters + filter) * plan.destination_len;
                let gradients = Gradients {
                    kernel,
                    plane: &input[plane..][..plan.source_len],
                    d_output: &d_output[planes..][..filters * plan.destination_len],
                };
                // SAFETY: the caller guarantees the feature.
                unsafe { gradients.add::<V>(copy, sums) };
            }
        }
        for (channel, sums) in channels.zip(sums.chunks_exact(sums_len)) {
            let (group, channel) = (channel / shape.group_channels(), channel % shape.group_channels());
            for (index, sums) in sums.chunks_exact((taps + 1) * V::LANES).enumerate() {
                let filter = group * filters + index;
                let start = filter * shape.filter_len() + channel * taps;
                let d_weights = &mut operands.d_weights[start..][..taps];
                let mut sums = sums.chunks_exact(V::LANES);
                // SAFETY: the caller guarantees the feature; there is a register in each chunk.
                let mut next = || sums.next().map_or(V::Element::zero(), |sum| unsafe {
                    of_lanes(V::load(sum.as_ptr()))
                });
                let phase = kernel.phase((0, 0));
                for strip in phase.strips {
                    for column in phase.columns {
                        for tap in 0..strip.taps {
                            let down = tap as isize * phase.weight_step;
                            d_weights[strip.weight + down as usize + column.weight] = next();
                        }
                    }
                }
                if let (0, Some(d_bias)) = (channel, &mut operands.d_bias) {
                    d_bias[filter] = next();
                }
            }
        }
    }
}

/// A channel of a sample, and the filters that see it.
struct Gradients<'a, T> {
    kernel: &'a Kernel,
    plane: &'a [T],
    d_output: &'a [T],
}

impl<T: num_traits::Float> Gradients<'_, T> {
    /// Adds the products to the sums: for each filter, a register for each tap, and one for the bias.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If a slice is too short.
    #[inline(always)]
    unsafe fn add<V: Vector<Element = T>>(&self, copy: &mut [T], sums: &mut [T]) {
        let plan = &self.kernel.plan;
        let filters = self.d_output.chunks_exact(plan.destination_len);
        let sums_len = sums.len() / filters.len();
        let phase = self.kernel.phase((0, 0));
        let taps = phase.columns.len() * phase.strips.iter().map(|strip| strip.taps).sum::<usize>();
        assert!((taps + 1) * V::LANES <= sums_len, "the sums");
        for row in (0..plan.grid.0).step_by(plan.band) {
            let rows = plan.band.min(plan.grid.0 - row);
            // SAFETY: the caller guarantees the feature.
            unsafe { plan.copy::<V>((row, rows), self.plane, copy) };
            for (d_output, sums) in filters.clone().zip(sums.chunks_exact_mut(sums_len)) {
                let columns = plan.grid.1;
                let d_output = &d_output[row * columns..][..rows * columns];
                let mut tiles =
                    Tiles { rows, columns, is_flat: plan.is_flat, lanes: V::LANES, next: (0, 0) };
                while let Some(tile) = tiles.next() {
                    // SAFETY: the caller guarantees the feature. The tile is in the grid, and the
                    // lengths were checked.
                    unsafe {
                        if tile.registers > LOW {
                            self.tile::<V, HIGH>(tile, copy, d_output, (sums, taps));
                        } else {
                            self.tile::<V, LOW>(tile, copy, d_output, (sums, taps));
                        }
                    }
                }
            }
        }
    }

    /// Adds the products of a tile.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The tile must have at most `R` registers, and be in
    /// the rows of `d_output`. There must be as many sums as taps, and another one.
    #[inline(always)]
    unsafe fn tile<V: Vector<Element = T>, const R: usize>(
        &self,
        tile: Tile,
        copy: &[T],
        d_output: &[T],
        (sums, taps): (&mut [T], usize),
    ) {
        let plan = &self.kernel.plan;
        let columns = plan.grid.1;
        let at = tile.row * plan.stride.0 * plan.row_len + tile.column;
        let (distance, down) = if plan.is_flat {
            (V::LANES, V::LANES)
        } else {
            (plan.stride.0 * plan.row_len, columns)
        };
        // SAFETY: the caller guarantees the feature. A register that is read begins in the grid, and
        // no more of it than is in the row. What the taps meet is in the copy, by the invariant of the
        // kernel.
        unsafe {
            let from = d_output.as_ptr().add(tile.row * columns + tile.column);
            let mut values = [V::zero(); R];
            for (register, value) in values.iter_mut().enumerate() {
                if register < tile.registers {
                    let before = if plan.is_flat { register * V::LANES } else { 0 };
                    let left = columns - tile.column - before;
                    *value = V::load_part(from.add(register * down), left.min(V::LANES));
                }
            }
            let sums = sums.as_mut_ptr();
            let bias = sums.add(taps * V::LANES);
            let sum = values.iter().fold(V::load(bias), |sum, &value| added(value, sum));
            sum.store(bias);
            let met = (copy.as_ptr().add(at), distance);
            self.kernel.phase((0, 0)).add_gradients::<V, R>(values, met, sums);
        }
    }
}

/// The sum of the lanes of a register.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn of_lanes<V: Vector>(register: V) -> V::Element {
    let mut lanes = [V::Element::zero(); MAX_LANES];
    // SAFETY: the caller guarantees the feature; there is room for the longest register.
    unsafe { register.store(lanes.as_mut_ptr()) };
    let mut half = V::LANES;
    while half > 1 {
        half /= 2;
        for lane in 0..half {
            lanes[lane] = lanes[lane] + lanes[lane + half];
        }
    }
    lanes[0]
}
