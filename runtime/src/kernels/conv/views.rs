//! Views of the source: see [`Plan`].

use super::correlation::{Correlation, Taps};
use super::microkernel::Step;
use super::plan::{MAX_STEPS, Plan};
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
    let reach = taps.0.reach() / stride.0;
    assert!(part.channels <= plan.channels && part.rows <= plan.band, "a part of the plan");
    for channel in 0..part.channels {
        let plane = (part.channel + channel) * plane_len;
        for column in 0..taps.1.count {
            let offset = taps.1.first + column as isize * taps.1.step;
            let row = Row::new((columns, stride.1), offset, correlation.source.1);
            for phase in 0..plan.phases {
                if !is_met(&taps.0, stride.0, phase) {
                    continue;
                }
                let view = (channel * taps.1.count + column) * plan.view_len
                    + phase * plan.phase_rows * columns;
                let least = (part.row * stride.0 + phase) as isize + taps.0.least();
                for index in 0..part.rows + reach {
                    let y = least + (index * stride.0) as isize;
                    let to = &mut views[view + index * columns..];
                    let is_inside = (0..correlation.source.0 as isize).contains(&y);
                    // SAFETY: the caller guarantees the feature.
                    unsafe {
                        if is_inside {
                            let from = &source[plane + y as usize * correlation.source.1..];
                            row.copy::<V>(from, to);
                        } else {
                            zeros::<V>(to, columns);
                        }
                    }
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

/// Part of a row, or every so many columns of it, with zeros around it.
pub(super) struct Row {
    columns: usize,
    stride: usize,
    /// The places inside of the source; before and after them are zeros.
    inside: (usize, usize),
    /// Where the first of them is in the source.
    first: usize,
}

impl Row {
    /// `columns` numbers, `stride` columns apart, from column `offset` of a row of `width` numbers.
    pub(super) fn new((columns, stride): (usize, usize), offset: isize, width: usize) -> Row {
        // The first place whose column in the source is at least `bound`.
        let first_from =
            |bound: isize| ((bound - offset).max(0) as usize).div_ceil(stride).min(columns);
        let inside = (first_from(0), first_from(width as isize));
        let first = (offset + (inside.0 * stride) as isize).max(0) as usize;
        Row { columns, stride, inside, first }
    }

    /// Copies it from a row of the source. Up to a register beyond it is written to `to`.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If the slices are too short.
    #[inline(always)]
    pub(super) unsafe fn copy<V: Vector>(&self, from: &[V::Element], to: &mut [V::Element]) {
        let (start, end) = self.inside;
        // SAFETY: the caller guarantees the feature.
        unsafe {
            zeros::<V>(to, start);
            if start < end {
                let (from, to) = (&from[self.first..], &mut to[start..]);
                if self.stride == 1 {
                    copy::<V>(from, to, end - start);
                } else {
                    let from = from.iter().step_by(self.stride);
                    to[..end - start].iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                }
            }
            zeros::<V>(&mut to[end..], self.columns - end);
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
pub(super) unsafe fn zeros<V: Vector>(to: &mut [V::Element], count: usize) {
    assert!(count.next_multiple_of(V::LANES) <= to.len(), "room for zeros");
    for place in (0..count).step_by(V::LANES) {
        // SAFETY: `place + V::LANES` is at most `count`, rounded up, which was checked; the caller
        // guarantees the feature.
        unsafe { V::zero().store(to.as_mut_ptr().add(place)) };
    }
}

/// Copies `count` numbers, and writes up to a register beyond them.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If a slice is too short.
#[inline(always)]
pub(super) unsafe fn copy<V: Vector>(from: &[V::Element], to: &mut [V::Element], count: usize) {
    let rounded = count.next_multiple_of(V::LANES);
    assert!(count <= from.len() && rounded <= to.len(), "room for a copy");
    // At the end of the source, the last register would read beyond it.
    let whole = if rounded <= from.len() { rounded } else { count / V::LANES * V::LANES };
    for place in (0..whole).step_by(V::LANES) {
        // SAFETY: `place + V::LANES <= whole`, which is at most the length of either slice; the
        // caller guarantees the feature.
        unsafe { V::load(from.as_ptr().add(place)).store(to.as_mut_ptr().add(place)) };
    }
    if whole < count {
        // SAFETY: there are `count` numbers in `from`, of which these are the last, fewer than a
        // register, and `count` rounded up in `to`; the caller guarantees the feature.
        unsafe {
            let last = V::load_part(from.as_ptr().add(whole), count - whole);
            last.store(to.as_mut_ptr().add(whole));
        }
    }
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
        self.channel = Step { a: correlation.weight_strides.1, b: columns * plan.view_len };
        self.last = Step { a: 0, b: 0 };
        for (index, tap) in (first..first + count).enumerate() {
            let (row, column) = (tap / columns, tap % columns);
            let (below, phase) = (rows.distance(row) / stride, rows.distance(row) % stride);
            let view_row = phase * plan.phase_rows + below;
            let step = Step {
                a: correlation.weight_at((row, column)),
                b: column * plan.view_len + view_row * correlation.grid.1,
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

/// The scratch memory from its first line on.
pub(super) fn aligned<T>(scratch: &mut [T]) -> &mut [T] {
    let offset = scratch.as_ptr().align_offset(LINE_BYTES).min(scratch.len());
    &mut scratch[offset..]
}

const LINE_BYTES: usize = 64;
