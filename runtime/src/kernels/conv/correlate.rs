//! Computes a [`Correlation`] for one sample: bands, blocks of the inner dimension, panels of `B`,
//! tiles.

use num_traits::{Float, Zero};

use super::correlation::Correlation;
use super::microkernel::{ROWS, Start, Step, Tile, VECTORS, column_of_tiles};
use super::plan::Plan;
use super::views::{Part, Table, aligned, fill};
use crate::kernels::simd::vector::{MAX_LANES, Vector};

/// The operands of a correlation, for one sample and one group.
pub struct Correlate<'a, T> {
    pub(super) correlation: &'a Correlation,
    pub(super) plan: &'a Plan,
    pub(super) source: &'a [T],
    pub(super) weights: &'a [T],
    pub(super) bias: Option<&'a [T]>,
    pub(super) is_rectified: bool,
    pub(super) destination: &'a mut [T],
    pub(super) scratch: &'a mut [T],
}

/// Computes a correlation.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If a slice is too short.
#[inline(always)]
pub(super) unsafe fn correlate<V: Vector>(operands: &mut Correlate<'_, V::Element>) {
    let Correlate { correlation, plan, source, weights, bias, is_rectified, .. } = *operands;
    let (views, rest) = aligned(operands.scratch).split_at_mut(plan.views_len);
    let mut factors = Factors {
        correlation,
        plan,
        source,
        weights,
        bias,
        is_rectified,
        views,
        table: Table::new(),
    };
    let columns = correlation.grid.1;
    for filter in (0..correlation.filters).step_by(plan.filters) {
        let filters = plan.filters.min(correlation.filters - filter);
        for row in (0..correlation.grid.0).step_by(plan.band) {
            let rows = plan.band.min(correlation.grid.0 - row);
            let band = Band { filter, filters, row, rows };
            if correlation.is_dense() {
                let stride = correlation.places();
                let values = &mut operands.destination[filter * stride + row * columns..];
                let mut sums = Sums { values, stride, columns: rows * columns, filters };
                // SAFETY: the caller guarantees the feature.
                unsafe { factors.sum::<V>(band, &mut sums) };
            } else {
                // Apart from the destination, there is room for whole registers.
                let stride = (rows * columns).next_multiple_of(V::LANES);
                let mut sums = Sums { values: &mut *rest, stride, columns: stride, filters };
                // SAFETY: the caller guarantees the feature.
                unsafe { factors.sum::<V>(band, &mut sums) };
                spread(correlation, band, &sums, operands.destination);
            }
        }
    }
}

/// What the sums are computed from.
struct Factors<'a, T> {
    correlation: &'a Correlation,
    plan: &'a Plan,
    source: &'a [T],
    weights: &'a [T],
    bias: Option<&'a [T]>,
    is_rectified: bool,
    views: &'a mut [T],
    table: Table,
}

/// Some filters for some rows of the grid.
#[derive(Clone, Copy)]
struct Band {
    filter: usize,
    filters: usize,
    row: usize,
    rows: usize,
}

impl<T: Float> Factors<'_, T> {
    /// Computes the sums of a band, block by block.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn sum<V: Vector<Element = T>>(&mut self, band: Band, sums: &mut Sums<'_, T>) {
        let Band { filter, filters, row, rows } = band;
        let (filter_stride, channel_stride) = self.correlation.weight_strides;
        for block in Blocks::new(self.correlation, self.plan) {
            let Block { channel, channels, taps, .. } = block;
            if taps.1 > 0 && taps.0 == 0 {
                let part = Part { channel, channels, row, rows };
                // SAFETY: the caller guarantees the feature.
                unsafe { fill::<V>(self.correlation, self.plan, part, self.source, self.views) };
            }
            self.table.set(self.correlation, self.plan, taps);
            let product = Product {
                weights: &self.weights[filter * filter_stride + channel * channel_stride..],
                weight_stride: filter_stride,
                views: self.views,
                steps: self.table.of_channels(channels),
                bias: self.bias.map(|bias| &bias[filter..][..filters]),
                is_first: block.is_first,
                is_rectified: self.is_rectified && block.is_last,
            };
            // SAFETY: the caller guarantees the feature.
            unsafe { product.compute::<V>(sums) };
        }
    }
}

/// Blocks of the inner dimension: some channels with all taps, or one channel with some taps.
#[derive(Clone, Copy)]
struct Block {
    channel: usize,
    channels: usize,
    /// The first tap, and their number.
    taps: (usize, usize),
    is_first: bool,
    is_last: bool,
}

struct Blocks {
    all: (usize, usize),
    at_once: (usize, usize),
    next: Option<(usize, usize)>,
}

impl Blocks {
    fn new(correlation: &Correlation, plan: &Plan) -> Blocks {
        Blocks {
            all: (correlation.channels, correlation.taps_len()),
            at_once: (plan.channels, plan.taps),
            next: Some((0, 0)),
        }
    }
}

impl Iterator for Blocks {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let (channel, tap) = self.next?;
        let channels = self.at_once.0.min(self.all.0 - channel);
        let taps = self.at_once.1.min(self.all.1 - tap);
        self.next = if tap + taps < self.all.1 {
            Some((channel, tap + taps))
        } else if channel + channels < self.all.0 && self.all.1 > 0 {
            Some((channel + channels, 0))
        } else {
            None
        };
        Some(Block {
            channel,
            channels,
            taps: (tap, taps),
            is_first: (channel, tap) == (0, 0),
            is_last: self.next.is_none(),
        })
    }
}

/// The sums of some filters for a band.
struct Sums<'a, T> {
    values: &'a mut [T],
    stride: usize,
    columns: usize,
    filters: usize,
}

/// A block of the inner dimension: weights times views.
struct Product<'a, T> {
    weights: &'a [T],
    weight_stride: usize,
    views: &'a [T],
    /// With the last places that they lead to.
    steps: Option<(&'a [Step], Step)>,
    bias: Option<&'a [T]>,
    is_first: bool,
    is_rectified: bool,
}

impl<T: Float> Product<'_, T> {
    /// Adds the product to the sums.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If a slice is too short.
    #[inline(always)]
    unsafe fn compute<V: Vector<Element = T>>(&self, sums: &mut Sums<'_, T>) {
        let (filters, columns) = (sums.filters, sums.columns);
        if filters == 0 || columns == 0 {
            return;
        }
        let panels = columns.next_multiple_of(VECTORS * V::LANES);
        let steps = match self.steps {
            Some((steps, last)) => {
                let last_row = (filters - 1) * self.weight_stride;
                assert!(last_row + last.a < self.weights.len(), "the weights");
                assert!(last.b + panels <= self.views.len(), "the views");
                steps
            }
            None => &[],
        };
        assert!((filters - 1) * sums.stride + columns <= sums.values.len(), "the sums");
        let start = match self.bias {
            _ if !self.is_first => Start::Sums,
            Some(bias) => {
                assert!(bias.len() == filters, "a bias for each filter");
                Start::Bias(bias.as_ptr())
            }
            None => Start::Zero,
        };
        let row_at = |row: usize| self.weights.as_ptr().wrapping_add(row * self.weight_stride);
        for column in (0..columns).step_by(VECTORS * V::LANES) {
            let width = (columns - column).min(VECTORS * V::LANES);
            let tile = Tile {
                b: self.views.as_ptr().wrapping_add(column),
                steps,
                start,
                is_rectified: self.is_rectified,
                c: sums.values.as_mut_ptr().wrapping_add(column),
                c_stride: sums.stride,
            };
            let vectors = width.div_ceil(V::LANES);
            // SAFETY: the caller guarantees the feature. The last numbers that the steps lead to
            // are in the weights and, up to whole panels, in the views; `width` columns from
            // `column` on are in the sums for each filter, and the bias has as many numbers: all of
            // this was checked.
            unsafe {
                if width == vectors * V::LANES {
                    column_of_tiles::<V>(tile, filters, vectors, row_at);
                } else {
                    last_columns::<V>(tile, filters, width, row_at);
                }
            }
        }
    }
}

/// Computes columns that do not fill their registers, in whole registers elsewhere.
///
/// # Safety
///
/// The processor must have the feature of `V`. `width` must be in `1..=VECTORS * V::LANES`, and
/// `first`, as the tile of all `count` rows at `row_at(0..count)`, must be valid for `count` rows of
/// `width` columns; what is only read must also be valid for whole registers.
#[inline(always)]
unsafe fn last_columns<V: Vector>(
    first: Tile<'_, V::Element>,
    count: usize,
    width: usize,
    row_at: impl Fn(usize) -> *const V::Element,
) {
    const STRIDE: usize = VECTORS * MAX_LANES;
    let mut whole = [V::Element::zero(); ROWS * STRIDE];
    for row in (0..count).step_by(ROWS) {
        let rows = ROWS.min(count - row);
        let c = first.c.wrapping_add(row * first.c_stride);
        let tile = Tile {
            c: whole.as_mut_ptr(),
            c_stride: STRIDE,
            start: match first.start {
                Start::Bias(bias) => Start::Bias(bias.wrapping_add(row)),
                other => other,
            },
            ..first
        };
        // SAFETY: the caller guarantees the feature, and that `width` columns of these rows of `C`
        // can be read and written. `whole` has room for them in whole registers.
        unsafe {
            if let Start::Sums = first.start {
                for index in 0..rows {
                    let from = c.add(index * first.c_stride);
                    std::ptr::copy_nonoverlapping(from, tile.c.add(index * STRIDE), width);
                }
            }
            column_of_tiles::<V>(tile, rows, width.div_ceil(V::LANES), |index| row_at(row + index));
            for index in 0..rows {
                let to = c.add(index * first.c_stride);
                std::ptr::copy_nonoverlapping(tile.c.add(index * STRIDE), to, width);
            }
        }
    }
}

/// Stores sums of a phase where they belong.
#[inline(always)]
fn spread<T: Float>(
    correlation: &Correlation,
    band: Band,
    sums: &Sums<'_, T>,
    destination: &mut [T],
) {
    let (height, width) = correlation.destination;
    let columns = correlation.grid.1;
    for (index, plane) in sums.values.chunks_exact(sums.stride).take(sums.filters).enumerate() {
        for (row, values) in plane.chunks_exact(columns).take(band.rows).enumerate() {
            let to_row = correlation.phase.0 + (band.row + row) * correlation.spacing.0;
            let start = ((band.filter + index) * height + to_row) * width;
            let places = destination[start..][..width]
                .iter_mut()
                .skip(correlation.phase.1)
                .step_by(correlation.spacing.1);
            places.zip(values).for_each(|(place, value)| *place = *value);
        }
    }
}
