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
use crate::kernels::prefetch;
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
const COPY: usize = 2500;

/// Numbers of the sums of gradients at once, likewise.
const SUMS: usize = 8192;

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

/// Inner loops as functions of their own, for which the compiler enables the feature of the registers:
/// they are compiled only once, and have all general registers for themselves.
pub(super) trait Planes: Vector {
    /// [`Plan::copy_rows`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn copy_rows(
        plan: &Plan,
        rows: usize,
        from: *const Self::Element,
        to: *mut Self::Element,
    );

    /// [`Products::sums`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn sums<const R: usize, const H: usize>(
        products: &Products<'_, Self::Element>,
    ) -> [[Self; R]; H];

    /// [`Products::add_gradients`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn add_gradients<const R: usize, const H: usize>(
        products: &Products<'_, Self::Element>,
        d_output: &[[Self; R]; H],
        sums: *mut Self::Element,
    );
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
pub(super) struct Plan {
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
        } else if fitting < 2 * HIGH {
            HIGH
        } else {
            fitting / (2 * HIGH) * 2 * HIGH
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
        let rest = rows % (2 * HIGH);
        let rows = match rest {
            _ if self.is_flat || rest == 0 => rows,
            _ if rest <= LOW => rows - rest + LOW,
            _ if rest <= HIGH => rows - rest + HIGH,
            _ if rest <= HIGH + LOW => rows - rest + HIGH + LOW,
            _ => rows - rest + 2 * HIGH,
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
    unsafe fn copy<V: Planes>(
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
        unsafe { V::copy_rows(self, inside, from.as_ptr(), to.as_mut_ptr()) };
    }

    /// Copies rows.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and there must be as many rows in `from` and `to`.
    #[inline(always)]
    pub(super) unsafe fn copy_rows<V: Vector>(
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
    /// The beginning of the row of the copy that the first tap meets first.
    place: usize,
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
        }
    }
}

/// The taps of a phase.
#[derive(Clone, Copy)]
struct Phase<'a> {
    strips: &'a [Strip],
    weight_step: isize,
    columns: &'a [Column],
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
    next: (usize, usize),
}

impl Tiles {
    #[inline(always)]
    fn next<V: Vector>(&mut self) -> Option<Tile> {
        let (row, column) = self.next;
        if row >= self.rows || column >= self.columns {
            return None;
        }
        let left =
            if self.is_flat { (self.columns - column).div_ceil(V::LANES) } else { self.rows - row };
        let registers = if is_double::<V>() && left > HIGH + LOW {
            left.min(2 * HIGH)
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
const fn is_double<V: Vector>() -> bool {
    V::REGISTERS > 2 * (HIGH + MAX_TAPS)
}

/// Calls a method for the registers of a tile and, as constants, those of its halves and their number.
macro_rules! with_halves {
    ($V:ident, $tile:expr, $this:ident.$method:ident($($argument:expr),*)) => {
        match $tile.registers {
            registers if is_double::<$V>() && registers > HIGH => {
                $this.$method::<$V, HIGH, 2>($($argument),*)
            }
            registers if registers > LOW => $this.$method::<$V, HIGH, 1>($($argument),*),
            _ => $this.$method::<$V, LOW, 1>($($argument),*),
        }
    };
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
pub(super) unsafe fn depthwise<V: Planes>(operands: &mut Depthwise<'_, V::Element>) {
    let Depthwise { shape, pass, source, weights, bias, is_rectified, .. } = *operands;
    let kernel = &Kernel::new(shape, pass);
    let plan = &kernel.plan;
    let (sources, destinations) = match pass {
        Pass::Forward => (1, shape.group_filters()),
        Pass::Backward => (shape.group_filters(), 1),
    };
    let taps = shape.taps();
    let copies = &mut aligned(operands.scratch)[..sources * plan.copy_len];
    copies.fill(V::Element::zero());
    let (source_len, destination_len) =
        (sources * plan.source_len, destinations * plan.destination_len);
    let mut group = 0;
    // Planes are small: no iterators that divide.
    for index in 0..source.len() / source_len {
        let planes = &source[index * source_len..][..source_len];
        prefetch_ahead(source, (index + 1) * source_len, source_len);
        let destination = &mut operands.destination[index * destination_len..][..destination_len];
        let mut row = 0;
        while row < plan.grid.0 {
            let rows = (row, plan.band.min(plan.grid.0 - row));
            for index in 0..sources {
                let plane = &planes[index * plan.source_len..][..plan.source_len];
                let copy = &mut copies[index * plan.copy_len..][..plan.copy_len];
                // SAFETY: the caller guarantees the feature.
                unsafe { plan.copy::<V>(rows, plane, copy) };
            }
            for index in 0..destinations {
                let filter = group * shape.group_filters() + index;
                let mut band = Band {
                    kernel,
                    rows,
                    sources,
                    copies,
                    weights: &weights[filter * taps..][..sources * taps],
                    taps,
                    bias: bias.map_or(V::Element::zero(), |bias| bias[filter]),
                    is_rectified,
                    destination: &mut destination[index * plan.destination_len..]
                        [..plan.destination_len],
                };
                // SAFETY: the caller guarantees the feature.
                unsafe { band.compute::<V>() };
            }
            row += plan.band;
        }
        group = if group + 1 == shape.groups { 0 } else { group + 1 };
    }
}

/// Numbers between the planes that are computed and those that are prefetched (`f32`: two pages).
const AHEAD: usize = 2048;

/// Prefetches `len` numbers some way after `first`. A page ends after a few planes, and the processor does
/// not see by itself that the next one follows.
#[inline(always)]
fn prefetch_ahead<T>(source: &[T], first: usize, len: usize) {
    let start = first + AHEAD;
    if start + len <= source.len() {
        prefetch(&source[start..start + len]);
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
    unsafe fn compute<V: Planes<Element = T>>(&mut self) {
        let plan = &self.kernel.plan;
        assert!(self.copies.len() >= self.sources * plan.copy_len, "the copies");
        assert!(self.weights.len() >= self.sources * self.taps, "the weights");
        assert!(self.destination.len() == plan.destination_len, "a plane");
        for phase in 0..plan.phases.0 {
            let mut tiles = Tiles {
                rows: self.rows.1.min(self.kernel.rows[phase].grid_rows.saturating_sub(self.rows.0)),
                columns: plan.grid.1,
                is_flat: plan.is_flat,
                next: (0, 0),
            };
            while let Some(tile) = tiles.next::<V>() {
                // SAFETY: the caller guarantees the feature. The tile is in the grid, and the lengths
                // were checked.
                unsafe {
                    with_halves!(V, tile, self.tile(phase, tile));
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
    unsafe fn tile<V: Planes<Element = T>, const R: usize, const H: usize>(&mut self, phase: usize, tile: Tile) {
        let plan = &self.kernel.plan;
        let row_distance = plan.stride.0 * plan.row_len;
        let distance = if plan.is_flat { V::LANES } else { row_distance };
        let copies = self.copies.as_ptr().wrapping_add(tile.row * row_distance + tile.column);
        let row = phase + (self.rows.0 + tile.row) * plan.spacing.0;
        let row = &mut self.destination[row * plan.width..];
        let mut products = Products {
            taps: self.kernel.phase((phase, 0)),
            first: copies,
            distance,
            sources: self.sources,
            copy_len: plan.copy_len,
            weights: self.weights.as_ptr(),
            weights_len: self.taps,
            bias: self.bias,
            is_rectified: self.is_rectified,
        };
        // SAFETY: the caller guarantees the feature, and that the tile is in the grid. What the taps
        // meet is in the copies, by the invariant of the kernel.
        unsafe {
            let sums = V::sums::<R, H>(&products);
            let sums = &sums.as_flattened()[..tile.registers];
            match plan.phases.1 {
                1 => plan.store(sums, tile.column, row),
                2 => {
                    products.taps = self.kernel.phase((phase, 1));
                    let odd = V::sums::<R, H>(&products);
                    plan.interleave(sums, odd.as_flattened(), tile.column, row);
                }
                phases => {
                    plan.scatter(sums, tile.column, 0, row);
                    for column_phase in 1..phases {
                        products.taps = self.kernel.phase((phase, column_phase));
                        let sums = V::sums::<R, H>(&products);
                        let sums = &sums.as_flattened()[..tile.registers];
                        plan.scatter(sums, tile.column, column_phase, row);
                    }
                }
            }
        }
    }
}

impl Plan {
    /// Stores sums, of which the first one begins at a column of a row.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and there must be only one column phase. The
    /// registers must begin in the grid, and `row` be the rest of a plane of the destination from the
    /// row of the first register on.
    #[inline(always)]
    unsafe fn store<V: Vector>(&self, sums: &[V], column: usize, row: &mut [V::Element]) {
        let left = self.width - column;
        let (whole, part, distance) = if self.is_flat {
            (sums.len().min(left / V::LANES), left % V::LANES, V::LANES)
        } else if left < V::LANES {
            (0, left, self.spacing.0 * self.width)
        } else {
            (sums.len(), 0, self.spacing.0 * self.width)
        };
        let (whole, others) = sums.split_at(whole);
        // SAFETY: the caller guarantees the feature. Of each register, only what is in its row is
        // stored: if there is a part, it has fewer numbers than a register.
        unsafe {
            let mut to = row.as_mut_ptr().add(column);
            for sum in whole {
                sum.store(to);
                to = to.wrapping_add(distance);
            }
            for sum in others {
                sum.store_part(to, part);
                to = to.wrapping_add(distance);
            }
        }
    }

    /// Stores the sums of two column phases, of which the first one begins at a column of a grid.
    ///
    /// # Safety
    ///
    /// As for [`store`](Plan::store), with two column phases. There must be as many registers in `odd`.
    #[inline(always)]
    unsafe fn interleave<V: Vector>(
        &self,
        even: &[V],
        odd: &[V],
        column: usize,
        row: &mut [V::Element],
    ) {
        let mut left = self.width - 2 * column;
        let (distance, further) = if self.is_flat {
            (2 * V::LANES, 2 * V::LANES)
        } else {
            (self.spacing.0 * self.width, 0)
        };
        // SAFETY: the caller guarantees the feature. Of each register, only what is in its row is
        // stored.
        unsafe {
            let mut to = row.as_mut_ptr().add(2 * column);
            for (even, odd) in even.iter().zip(odd) {
                let (low, high) = even.interleave(*odd);
                store_up_to(low, to, left);
                if left > V::LANES {
                    store_up_to(high, to.add(V::LANES), left - V::LANES);
                }
                to = to.wrapping_add(distance);
                left -= further.min(left);
            }
        }
    }

    /// Stores the sums of one of several column phases, of which the first one begins at a column of a
    /// grid.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn scatter<V: Vector>(
        &self,
        sums: &[V],
        column: usize,
        phase: usize,
        row: &mut [V::Element],
    ) {
        let (down, right) =
            if self.is_flat { (0, V::LANES) } else { (self.spacing.0 * self.width, 0) };
        for (index, sum) in sums.iter().enumerate() {
            let mut lanes = [V::Element::zero(); MAX_LANES];
            // SAFETY: the caller guarantees the feature; there is room for the longest register.
            unsafe { sum.store(lanes.as_mut_ptr()) };
            let first = phase + (column + index * right) * self.spacing.1;
            let row = &mut row[index * down..][..self.width];
            let places = row.iter_mut().skip(first).step_by(self.spacing.1);
            places.zip(&lanes[..V::LANES]).for_each(|(place, &sum)| *place = sum);
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

/// The taps of a phase, and what they meet for a tile.
pub(super) struct Products<'a, T> {
    taps: Phase<'a>,
    /// The first number of the tile in the first copy.
    first: *const T,
    /// From one register of the tile to the next.
    distance: usize,
    /// Number of copies.
    sources: usize,
    copy_len: usize,
    weights: *const T,
    /// Number of weights for each copy.
    weights_len: usize,
    bias: T,
    is_rectified: bool,
}

impl<T: num_traits::Float> Products<'_, T> {
    /// The sums of a tile.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. What the taps meet, and their weights, must be
    /// readable.
    #[inline(always)]
    pub(super) unsafe fn sums<V: Vector<Element = T>, const R: usize, const H: usize>(
        &self,
    ) -> [[V; R]; H] {
        // SAFETY: the caller guarantees this.
        unsafe {
            let mut sums = [[V::splat(self.bias); R]; H];
            for source in 0..self.sources {
                let first = self.first.wrapping_add(source * self.copy_len);
                let weights = self.weights.wrapping_add(source * self.weights_len);
                for strip in self.taps.strips {
                    let met = (first.add(strip.place), self.distance);
                    let weights = (weights.add(strip.weight), self.taps.weight_step);
                    with_taps!(strip.taps, N => {
                        for column in self.taps.columns {
                            sums = column.add::<V, R, H, N>(sums, met, weights);
                        }
                    });
                }
            }
            if self.is_rectified {
                for sum in sums.as_flattened_mut() {
                    *sum = sum.relu();
                }
            }
            sums
        }
    }

    /// Adds the products of a tile of the gradient of the output, and what each tap meets, to the sums
    /// of the taps: a register for each, in the order of strips, columns, and taps of a strip.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. What the taps meet must be readable, and their sums
    /// writable.
    #[inline(always)]
    pub(super) unsafe fn add_gradients<V: Vector<Element = T>, const R: usize, const H: usize>(
        &self,
        d_output: &[[V; R]; H],
        mut sums: *mut T,
    ) {
        let d_output = *d_output;
        for strip in self.taps.strips {
            // SAFETY: the caller guarantees this for all strips.
            unsafe {
                let met = (self.first.add(strip.place), self.distance);
                with_taps!(strip.taps, N => {
                    for column in self.taps.columns {
                        column.add_gradients::<V, R, H, N>(&d_output, met, sums);
                        sums = sums.add(N * V::LANES);
                    }
                });
            }
        }
    }
}

impl Column {
    /// [`Products::sums`] for a strip of `N` taps.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    unsafe fn add<V: Vector, const R: usize, const H: usize, const N: usize>(
        &self,
        mut sums: [[V; R]; H],
        (met, distance): (*const V::Element, usize),
        (weights, step): (*const V::Element, isize),
    ) -> [[V; R]; H] {
        // SAFETY: the caller guarantees this.
        unsafe {
            let mut factors = [V::zero(); N];
            for (tap, factor) in factors.iter_mut().enumerate() {
                *factor = V::splat(*weights.add(self.weight).offset(tap as isize * step));
            }
            let mut met = met.add(self.place);
            for half in 0..H {
                let rows = load_rows::<V>(met, distance, R + N - 1);
                for tap in 0..N {
                    for row in 0..R {
                        let sum = &mut sums[half][row];
                        *sum = sum.mul_add(factors[tap], rows[row + tap]);
                    }
                }
                met = met.wrapping_add(R * distance);
            }
            sums
        }
    }

    /// [`Products::add_gradients`] for a strip of `N` taps.
    ///
    /// # Safety
    ///
    /// As there.
    #[inline(always)]
    unsafe fn add_gradients<V: Vector, const R: usize, const H: usize, const N: usize>(
        &self,
        d_output: &[[V; R]; H],
        (met, distance): (*const V::Element, usize),
        to: *mut V::Element,
    ) {
        // SAFETY: the caller guarantees this.
        unsafe {
            // The sums of the halves do not wait for each other.
            let mut sums = [[V::zero(); N]; H];
            for (tap, sum) in sums[0].iter_mut().enumerate() {
                *sum = V::load(to.add(tap * V::LANES));
            }
            let mut met = met.add(self.place);
            for half in 0..H {
                let rows = load_rows::<V>(met, distance, R + N - 1);
                for row in 0..R {
                    for tap in 0..N {
                        let sum = &mut sums[half][tap];
                        *sum = sum.mul_add(d_output[half][row], rows[row + tap]);
                    }
                }
                met = met.wrapping_add(R * distance);
            }
            for tap in 0..N {
                let others = sums[1..].iter().map(|half| half[tap]);
                let sum = others.fold(sums[0][tap], |sum, other| added(other, sum));
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
    // In bytes, so that an address is a single addition.
    let distance = distance * size_of::<V::Element>();
    // SAFETY: the caller guarantees this.
    unsafe {
        let mut rows = [V::zero(); MET];
        for row in 0..count {
            rows[row] = V::load(from);
            // Otherwise, the compiler would keep a pointer to each row.
            from = opaque_ptr(from.wrapping_byte_add(distance));
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
pub(super) unsafe fn few_filters<V: Planes>(operands: &mut WeightGradient<'_, V::Element>) {
    let WeightGradient { shape, batch, filter, input, d_output, .. } = *operands;
    let kernel = &Kernel::new(shape, Pass::Forward);
    let plan = &kernel.plan;
    let (filters, taps) = (shape.group_filters(), shape.taps());
    let groups = operands.d_weights.len() / (filters * shape.filter_len());
    let first_group = filter / filters;
    let group_channels = shape.group_channels();
    let (first, all) = (first_group * group_channels, groups * group_channels);
    let sums_len = channel_sums(shape) * V::LANES;
    let (copy, sums) = aligned(operands.scratch).split_at_mut(plan.copy_len);
    copy.fill(V::Element::zero());
    operands.d_weights.fill(V::Element::zero());
    for channels in (0..all).step_by(channels_at_once(shape)) {
        let channels = channels..all.min(channels + channels_at_once(shape));
        let sums = &mut sums[..channels.len() * sums_len];
        sums.fill(V::Element::zero());
        for sample in 0..batch {
            for (index, channel) in channels.clone().enumerate() {
                let channel = first + channel;
                let group = if group_channels == 1 { channel } else { channel / group_channels };
                let plane = (sample * shape.channels + channel) * plan.source_len;
                let planes = (sample * shape.filters + group * filters) * plan.destination_len;
                prefetch_ahead(input, plane + plan.source_len, plan.source_len);
                let gradients = Gradients {
                    kernel,
                    plane: &input[plane..][..plan.source_len],
                    d_output: &d_output[planes..][..filters * plan.destination_len],
                    filters,
                };
                let sums = &mut sums[index * sums_len..][..sums_len];
                // SAFETY: the caller guarantees the feature.
                unsafe { gradients.add::<V>(copy, sums) };
            }
        }
        for (channel, sums) in channels.zip(sums.chunks_exact(sums_len)) {
            let (group, channel) = (channel / group_channels, channel % group_channels);
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
    filters: usize,
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
    unsafe fn add<V: Planes<Element = T>>(&self, copy: &mut [T], sums: &mut [T]) {
        let plan = &self.kernel.plan;
        let phase = self.kernel.phase((0, 0));
        let taps = phase.columns.len() * phase.strips.iter().map(|strip| strip.taps).sum::<usize>();
        let sums_len = sums.len() / self.filters;
        assert!((taps + 1) * V::LANES <= sums_len, "the sums");
        let columns = plan.grid.1;
        let mut row = 0;
        while row < plan.grid.0 {
            let rows = plan.band.min(plan.grid.0 - row);
            // SAFETY: the caller guarantees the feature.
            unsafe { plan.copy::<V>((row, rows), self.plane, copy) };
            for filter in 0..self.filters {
                let d_output = &self.d_output[filter * plan.destination_len + row * columns..];
                let d_output = &d_output[..rows * columns];
                let sums = &mut sums[filter * sums_len..][..sums_len];
                let mut tiles = Tiles { rows, columns, is_flat: plan.is_flat, next: (0, 0) };
                while let Some(tile) = tiles.next::<V>() {
                    // SAFETY: the caller guarantees the feature. The tile is in the grid, and the
                    // lengths were checked.
                    unsafe {
                        with_halves!(V, tile, self.tile(tile, copy, d_output, (sums, taps)));
                    }
                }
            }
            row += plan.band;
        }
    }

    /// Adds the products of a tile.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The tile must have at most `R` registers, and be in
    /// the rows of `d_output`. There must be as many sums as taps, and another one.
    #[inline(always)]
    unsafe fn tile<V: Planes<Element = T>, const R: usize, const H: usize>(
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
            let mut values = [[V::zero(); R]; H];
            for (register, value) in values.as_flattened_mut().iter_mut().enumerate() {
                if register < tile.registers {
                    let before = if plan.is_flat { register * V::LANES } else { 0 };
                    let left = columns - tile.column - before;
                    *value = V::load_part(from.add(register * down), left.min(V::LANES));
                }
            }
            let sums = sums.as_mut_ptr();
            let bias = sums.add(taps * V::LANES);
            let sum = values.as_flattened().iter().fold(V::load(bias), |sum, &value| added(value, sum));
            sum.store(bias);
            let products = Products {
                taps: self.kernel.phase((0, 0)),
                first: copy.as_ptr().add(at),
                distance,
                sources: 1,
                copy_len: 0,
                weights: copy.as_ptr(),
                weights_len: 0,
                bias: T::zero(),
                is_rectified: false,
            };
            V::add_gradients::<R, H>(&products, &values, sums);
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
