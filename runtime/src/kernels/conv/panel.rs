//! Packed panels of `B`: what some places meet, a row for each step.
//!
//! Their registers are whole lines of the cache. In views, most registers are in two lines each.

use super::correlation::{Correlation, Taps};
use super::microkernel::{Step, VECTORS};
use crate::kernels::simd::vector::Vector;

/// Maximum number of rows, and of columns, of a kernel whose panels are packed without views.
pub(super) const MAX_TAPS: usize = 16;

/// Packs a panel of up to [`VECTORS`] registers of views.
///
/// # Safety
///
/// The processor must have the feature of `V`. For each of `steps`, `columns` numbers at `b + step.b`
/// must be readable, where `columns` is in `1..=VECTORS * V::LANES`, and `panel` must have room for as
/// many rows of [`VECTORS`] registers.
#[inline(always)]
pub(super) unsafe fn pack_panel<V: Vector>(
    b: *const V::Element,
    steps: &[Step],
    columns: usize,
    mut panel: *mut V::Element,
) {
    for step in steps {
        // SAFETY: the caller guarantees the feature, these numbers, and the room.
        unsafe {
            let b = b.add(step.b);
            if columns == VECTORS * V::LANES {
                for vector in 0..VECTORS {
                    V::load(b.add(vector * V::LANES)).store(panel.add(vector * V::LANES));
                }
            } else {
                for vector in 0..columns.div_ceil(V::LANES) {
                    let lanes = (columns - vector * V::LANES).min(V::LANES);
                    V::load_part(b.add(vector * V::LANES), lanes)
                        .store(panel.add(vector * V::LANES));
                }
            }
            panel = panel.add(VECTORS * V::LANES);
        }
    }
}

/// Planes of a source that has as many places as the grid, one for one, so that adjacent places meet
/// adjacent numbers of the source, also across rows. Only those that are outside are not: they are
/// zeros.
#[derive(Clone, Copy)]
pub(super) struct Planes<'a> {
    pub(super) correlation: &'a Correlation,
    pub(super) channels: usize,
    /// The first place.
    pub(super) place: usize,
}

impl Planes<'_> {
    /// The number of numbers of the planes.
    ///
    /// # Panics
    ///
    /// If there are not `places` places, or the kernel is too large.
    pub(super) fn len(&self, places: usize) -> usize {
        let taps = &self.correlation.taps;
        assert!(self.correlation.is_same(), "planes of the size of the grid");
        assert!(taps.0.count <= MAX_TAPS && taps.1.count <= MAX_TAPS, "a kernel for panels");
        assert!(self.place + places <= self.correlation.places(), "places of the grid");
        self.channels * self.correlation.source_len()
    }

    /// Packs a panel of up to [`VECTORS`] registers of places, `places` of them, from
    /// `self.place + column` on.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The planes must be readable at `planes`, `places` must
    /// be in `1..=VECTORS * V::LANES` and be in the grid, and `panel` must have room for a row of
    /// [`VECTORS`] registers for each tap of each channel. The kernel must have at most [`MAX_TAPS`] rows
    /// and columns.
    #[inline(always)]
    pub(super) unsafe fn pack<V: Vector>(
        &self,
        planes: *const V::Element,
        (column, places): (usize, usize),
        mut panel: *mut V::Element,
    ) {
        let (height, width) = self.correlation.source;
        let (rows, columns) = (&self.correlation.taps.0, &self.correlation.taps.1);
        let place = self.place + column;
        let (mut rows_in, mut columns_in) = ([0; MAX_TAPS], [0; MAX_TAPS]);
        for (i, mask) in rows_in.iter_mut().enumerate().take(rows.count) {
            *mask = rows_inside(place, places, (height, width, offset(rows, i)));
        }
        for (j, mask) in columns_in.iter_mut().enumerate().take(columns.count) {
            *mask = columns_inside(place, places, (width, offset(columns, j)));
        }
        let all = u32::MAX >> (32 - V::LANES);
        for channel in 0..self.channels {
            let plane = planes.wrapping_add(channel * height * width + place);
            for (i, is_row_inside) in rows_in.iter().enumerate().take(rows.count) {
                let row = plane.wrapping_offset(offset(rows, i) * width as isize);
                for (j, is_inside) in columns_in.iter().enumerate().take(columns.count) {
                    let mask = is_row_inside & is_inside;
                    let from = row.wrapping_offset(offset(columns, j));
                    for vector in 0..VECTORS {
                        let lanes = mask >> (vector * V::LANES) & all;
                        let from = from.wrapping_add(vector * V::LANES);
                        // SAFETY: the caller guarantees the feature and the room. The numbers of lanes
                        // whose bit is set are in the plane.
                        unsafe {
                            let numbers = if lanes == all {
                                V::load(from)
                            } else {
                                V::load_masked(from, lanes)
                            };
                            numbers.store(panel.add(vector * V::LANES));
                        }
                    }
                    panel = panel.wrapping_add(VECTORS * V::LANES);
                }
            }
        }
    }
}

/// What a tap meets, from a place on.
#[inline(always)]
fn offset(taps: &Taps, tap: usize) -> isize {
    taps.first + tap as isize * taps.step
}

/// A bit for each of `places` places from `place` on, set if the column `offset` further is in its row
/// of `width` columns.
#[inline(always)]
fn columns_inside(place: usize, places: usize, (width, offset): (usize, isize)) -> u32 {
    if offset == 0 {
        return bits(0, places);
    }
    // The columns of which that column is inside.
    let first = (-offset).max(0) as usize;
    let end = width.saturating_sub(offset.max(0) as usize);
    let (mut mask, mut lane, mut column) = (0, 0, place % width);
    while lane < places {
        let lanes = (width - column).min(places - lane);
        let [from, to] = [first, end].map(|bound| bound.saturating_sub(column).min(lanes));
        mask |= bits(lane + from, lane + to.max(from));
        (lane, column) = (lane + lanes, 0);
    }
    mask
}

/// The same for rows: of `height` rows of `width` columns, the one that is `offset` further.
#[inline(always)]
fn rows_inside(place: usize, places: usize, (height, width, offset): (usize, usize, isize)) -> u32 {
    let first = (-offset).max(0) as usize * width;
    let end = height.saturating_sub(offset.max(0) as usize) * width;
    let [from, to] = [first, end].map(|bound| bound.saturating_sub(place).min(places));
    bits(from, to.max(from))
}

/// Bits `from..to`, at most 32.
#[inline(always)]
fn bits(from: usize, to: usize) -> u32 {
    ((1_u64 << to) - (1_u64 << from)) as u32
}
