//! Views of the source: see [`Plan`].

use num_traits::Zero;

use super::correlation::{Correlation, Taps};
use super::microkernel::Step;
use super::plan::{LINE, MAX_STEPS, Plan};
use crate::kernels::simd::opaque::opaque_ptr;
use crate::kernels::simd::vector::Vector;

/// Part of a correlation: channels of the source for some rows of the grid.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) channel: usize,
    pub(super) channels: usize,
    pub(super) row: usize,
    pub(super) rows: usize,
}

/// Writes the views of a part to `views`.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If the part exceeds the plan, or the views do not fit.
#[inline(always)]
pub(super) unsafe fn fill<V: Vector>(
    correlation: &Correlation,
    plan: &Plan,
    part: Part,
    source: &[V::Element],
    views: &mut [V::Element],
) {
    let (taps, stride, columns) = (&correlation.taps, correlation.stride, correlation.grid.1);
    let plane_len = correlation.source.0 * correlation.source.1;
    let planes = source.chunks_exact(plane_len).skip(part.channel).take(part.channels);
    assert!(part.channels <= plan.channels && part.rows <= plan.band, "a part of the plan");
    for column in 0..taps.1.count {
        let offset = taps.1.first + column as isize * taps.1.step;
        let columns_met = Met::new((columns, stride.1), offset, correlation.source.1);
        for phase in 0..plan.phases {
            if !is_met(&taps.0, stride.0, phase) {
                continue;
            }
            let rows = part.rows + taps.0.reach() / stride.0;
            let least = (part.row * stride.0 + phase) as isize + taps.0.least();
            let window = Window {
                rows: Met::new((rows, stride.0), least, correlation.source.0),
                columns: columns_met,
                width: correlation.source.1,
            };
            for (channel, plane) in planes.clone().enumerate() {
                let view = (channel * taps.1.count + column) * plan.view_len
                    + phase * plan.phase_rows * columns;
                // SAFETY: the caller guarantees the feature.
                unsafe { window.copy::<V>(plane, &mut views[view..]) };
            }
        }
    }
}

/// Writes the views of joined samples, whose planes are `source_stride` apart.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If the channels exceed the plan, or the views do not fit.
#[inline(always)]
pub(super) unsafe fn fill_joined<V: Vector>(
    correlation: &Correlation,
    plan: &Plan,
    (channel, channels): (usize, usize),
    (source, source_stride): (&[V::Element], usize),
    views: &mut [V::Element],
) {
    let (rows, columns) = (&correlation.taps.0, &correlation.taps.1);
    let (plane_len, places) = (correlation.source_len(), correlation.places());
    assert!(channels <= plan.channels, "channels of the plan");
    for i in 0..rows.count {
        let offset = rows.first + i as isize * rows.step;
        let met =
            Met::new((correlation.grid.0, correlation.stride.0), offset, correlation.source.0);
        for j in 0..columns.count {
            let offset = columns.first + j as isize * columns.step;
            let window = Window {
                rows: met,
                columns: Met::new(
                    (correlation.grid.1, correlation.stride.1),
                    offset,
                    correlation.source.1,
                ),
                width: correlation.source.1,
            };
            let samples = source.chunks(source_stride).take(plan.samples);
            for (sample, source) in samples.enumerate() {
                let planes = source[channel * plane_len..].chunks_exact(plane_len);
                for (channel, plane) in planes.take(channels).enumerate() {
                    let tap = channel * correlation.taps_len() + i * columns.count + j;
                    let view = &mut views[tap * plan.view_len + sample * places..];
                    // SAFETY: the caller guarantees the feature.
                    unsafe { window.copy::<V>(plane, view) };
                }
            }
        }
    }
}

/// Whether a row of the kernel meets rows of this phase.
#[inline(always)]
fn is_met(rows: &Taps, stride: usize, phase: usize) -> bool {
    stride == 1 || (0..rows.count).any(|row| rows.distance(row) % stride == phase)
}

/// Rows, or columns, of a plane: every `stride`-th from some offset on, which may be outside.
///
/// The fields are private to this file. Invariant: `before + inside <= count`, and the places
/// `first + stride * index` for `index < inside` are in the plane.
#[derive(Clone, Copy)]
pub(super) struct Met {
    count: usize,
    stride: usize,
    /// How many are before the plane.
    before: usize,
    /// How many are inside of it.
    inside: usize,
    /// The place of the first one that is inside.
    first: usize,
}

impl Met {
    /// `count` places, `stride` apart, from `offset` on, of a plane with `size` of them.
    pub(super) fn new((count, stride): (usize, usize), offset: isize, size: usize) -> Met {
        // The first whose place is at least `bound`.
        let first_from =
            |bound: isize| ((bound - offset).max(0) as usize).div_ceil(stride).min(count);
        let (before, end) = (first_from(0), first_from(size as isize));
        let first = (offset + (before * stride) as isize).max(0) as usize;
        Met { count, stride, before, inside: end - before, first }
    }
}

/// Rows and columns of a plane, with zeros around it.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) rows: Met,
    pub(super) columns: Met,
    /// Number of columns of the plane.
    pub(super) width: usize,
}

impl Window {
    /// Copies it, row by row. Up to a register beyond it is written.
    ///
    /// A register is written where a row ends, which the next row corrects. So no row needs partial
    /// stores, and few stores are enough: with kernels of few filters, these copies take time.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If a slice is too short.
    #[inline(always)]
    pub(super) unsafe fn copy<V: Vector>(&self, plane: &[V::Element], to: &mut [V::Element]) {
        let Window { rows, columns, width } = *self;
        let len = rows.count * columns.count;
        assert!(len.next_multiple_of(V::LANES) + V::LANES <= to.len(), "room for a window");
        let (first, inside) = (rows.before * columns.count, rows.inside * columns.count);
        // SAFETY: the caller guarantees the feature.
        unsafe { zeros::<V>(to, first) };
        if rows.inside > 0 && columns.inside > 0 {
            let last_row = rows.first + (rows.inside - 1) * rows.stride;
            let last_column = columns.first + (columns.inside - 1) * columns.stride;
            assert!(last_column < width && last_row * width + last_column < plane.len());
            let mut from = plane.as_ptr().wrapping_add(rows.first * width + columns.first);
            let mut to = to.as_mut_ptr().wrapping_add(first);
            if rows.stride == 1 && columns.is_nearly(width) {
                // SAFETY: the caller guarantees the feature. The numbers from the first to the last one
                // are in the plane, as was checked. In `to`, there is room for these rows, and for a
                // register beyond.
                unsafe { columns.copy_rows::<V>(rows.inside, from, to) };
            } else {
                for _ in 0..rows.inside {
                    // SAFETY: the caller guarantees the feature. The last number of the last row is in
                    // the plane, as was checked, so those of the other rows are. In `to`, there are
                    // `columns.count` numbers for each row, and a register beyond.
                    unsafe { columns.copy_row::<V>(from, to) };
                    from = from.wrapping_add(rows.stride * width);
                    to = to.wrapping_add(columns.count);
                }
            }
        } else {
            // SAFETY: the caller guarantees the feature.
            unsafe { zeros::<V>(&mut to[first..], inside) };
        }
        // SAFETY: the caller guarantees the feature.
        unsafe { zeros::<V>(&mut to[first + inside..], len - first - inside) };
    }
}

/// Maximum number of columns of each row that are outside of the plane, if rows are copied as one.
const MAX_OUTSIDE: usize = 4;

impl Met {
    /// Whether these are as many adjacent columns as the plane has, few of them outside.
    #[inline(always)]
    fn is_nearly(&self, width: usize) -> bool {
        self.stride == 1 && self.count == width && self.count - self.inside <= MAX_OUTSIDE
    }

    /// Copies these columns of `rows` adjacent rows, if there are as many as in the plane. The numbers
    /// are shifted as one row, and those that were moved from one row to the next are replaced by
    /// zeros. `from` is the first of those that are inside.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. In each row, the columns that are inside must be
    /// readable, and those between them, too. `rows * count` numbers and a register beyond them must
    /// be writable, and `rows` must not be 0.
    #[inline(always)]
    unsafe fn copy_rows<V: Vector>(
        &self,
        rows: usize,
        from: *const V::Element,
        to: *mut V::Element,
    ) {
        let Met { count, before, inside, .. } = *self;
        let len = (rows - 1) * count + inside;
        let all = Met { count: len, stride: 1, before: 0, inside: len, first: 0 };
        // SAFETY: the caller guarantees the feature, and `len` numbers from the first one that is
        // inside to the last one. Each zero is in one of the rows.
        unsafe {
            all.copy_row::<V>(from, to.add(before));
            let rows = if inside < count { rows } else { 0 };
            for row in 0..rows {
                let to = to.add(row * count);
                zero_numbers(to, before);
                zero_numbers(to.add(before + inside), count - before - inside);
            }
        }
    }

    /// Copies these columns of a row, of which some are inside. `from` is the first of them.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The columns that are inside must be readable, and
    /// `count` numbers and a register beyond them writable.
    #[inline(always)]
    unsafe fn copy_row<V: Vector>(&self, from: *const V::Element, to: *mut V::Element) {
        let Met { count, stride, before, inside, .. } = *self;
        // SAFETY: the caller guarantees the feature. Numbers are read only if they are inside, and
        // what is written begins less than `count` numbers after `to`.
        unsafe {
            zero_registers::<V>(to, before);
            let inner = to.add(before);
            let mut end = before + inside;
            if stride == 1 {
                let whole = inside / V::LANES * V::LANES;
                for place in (0..whole).step_by(V::LANES) {
                    V::load(from.add(place)).store(inner.add(place));
                }
                if whole < inside {
                    // The other lanes are zero, which may already be the end of the row.
                    V::load_part(from.add(whole), inside - whole).store(inner.add(whole));
                    end = before + whole + V::LANES;
                }
            } else if stride == 2 {
                // A constant, for which the compiler uses registers.
                (0..inside).for_each(|place| *inner.add(place) = *from.add(2 * place));
            } else {
                (0..inside).for_each(|place| *inner.add(place) = *from.add(stride * place));
            }
            zero_registers::<V>(to.wrapping_add(end), count.saturating_sub(end));
        }
    }
}

/// Writes `count` zeros, and up to a register beyond them.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If `to` is too short.
#[inline(always)]
unsafe fn zeros<V: Vector>(to: &mut [V::Element], count: usize) {
    assert!(count.next_multiple_of(V::LANES) <= to.len(), "room for zeros");
    // SAFETY: `count`, rounded up to registers, fits, which was checked; the caller guarantees the
    // feature.
    unsafe { zero_registers::<V>(to.as_mut_ptr(), count) };
}

/// As [`zeros`], at an address.
///
/// # Safety
///
/// The processor must have the feature of `V`, and `count` numbers, rounded up to registers, must be
/// writable.
#[inline(always)]
unsafe fn zero_registers<V: Vector>(mut to: *mut V::Element, count: usize) {
    for _ in (0..count).step_by(V::LANES) {
        // SAFETY: the caller guarantees the feature and the register.
        unsafe { V::zero().store(to) };
        to = next_zero(to, V::LANES);
    }
}

/// Writes `count` zeros.
///
/// # Safety
///
/// `count` numbers must be writable.
#[inline(always)]
unsafe fn zero_numbers<T: Zero>(mut to: *mut T, count: usize) {
    for _ in 0..count {
        // SAFETY: the caller guarantees that it can be written.
        unsafe { to.write(T::zero()) };
        to = next_zero(to, 1);
    }
}

/// The address `distance` after `to`. If the compiler saw that the zeros are adjacent, it would call
/// `memset`, which takes longer for a few numbers.
#[inline(always)]
fn next_zero<T>(to: *mut T, distance: usize) -> *mut T {
    opaque_ptr(to.wrapping_add(distance)).cast_mut()
}

/// Where the numbers of the steps of a block are.
///
/// The fields are private to this file. Invariant: no step of channel `c` is beyond
/// `last + c * channel`, in `A` as in `B`.
pub(super) struct Table {
    steps: [Step; MAX_STEPS],
    /// The first tap in the table, and their number.
    taps: (usize, usize),
    /// The last places that the steps of the first channel lead to.
    last: Step,
    /// The distance between channels.
    channel: Step,
}

impl Table {
    /// A table without steps.
    pub(super) fn new() -> Table {
        let none = Step { a: 0, b: 0 };
        Table { steps: [none; MAX_STEPS], taps: (0, 0), last: none, channel: none }
    }

    /// Makes it a table of taps `first..first + count` of each channel.
    #[inline(never)]
    pub(super) fn set(
        &mut self,
        correlation: &Correlation,
        plan: &Plan,
        (first, count): (usize, usize),
    ) {
        if self.taps == (first, count) {
            return;
        }
        let (rows, columns) = (&correlation.taps.0, correlation.taps.1.count);
        let stride = correlation.stride.0;
        let views = if plan.is_joined { correlation.taps_len() } else { columns };
        self.channel = Step { a: correlation.weight_strides.1, b: views * plan.view_len };
        self.last = Step { a: 0, b: 0 };
        for (index, tap) in (first..first + count).enumerate() {
            let (row, column) = (tap / columns, tap % columns);
            let (below, phase) = (rows.distance(row) / stride, rows.distance(row) % stride);
            let view_row = phase * plan.phase_rows + below;
            let step = Step {
                a: correlation.weight_at((row, column)),
                b: if plan.is_joined {
                    tap * plan.view_len
                } else {
                    column * plan.view_len + view_row * correlation.grid.1
                },
            };
            self.last = Step { a: self.last.a.max(step.a), b: self.last.b.max(step.b) };
            for channel in 0..plan.channels {
                self.steps[channel * count + index] = Step {
                    a: step.a + channel * self.channel.a,
                    b: step.b + channel * self.channel.b,
                };
            }
        }
        self.taps = (first, count);
    }

    /// The steps of the first `channels` channels, and the last places that they lead to. `None` if
    /// there are no steps.
    #[inline(always)]
    pub(super) fn of_channels(&self, channels: usize) -> Option<(&[Step], Step)> {
        let steps = &self.steps[..channels * self.taps.1];
        let further = channels.checked_sub(1)?;
        let last = Step {
            a: self.last.a + further * self.channel.a,
            b: self.last.b + further * self.channel.b,
        };
        (!steps.is_empty()).then_some((steps, last))
    }
}

/// The scratch memory from the first beginning of a line on.
pub(super) fn aligned<T>(scratch: &mut [T]) -> &mut [T] {
    let offset = scratch.as_ptr().align_offset(LINE_BYTES);
    // The plan has room for one line. Alignment affects only the speed.
    &mut scratch[if offset < LINE { offset } else { 0 }..]
}

const LINE_BYTES: usize = 64;
