//! Computes a [`Correlation`] for some samples: groups, bands, blocks of the inner dimension, panels of `B`,
//! tiles.

use num_traits::Float;

use super::ahead::{Ahead, Planes};
use super::blocks::{Block, Blocks};
use super::correlation::Correlation;
use super::microkernel::{
    MAX_ROWS, MIN_PACKED_ROWS, PACKED_ROWS, ROWS, Start, Step, Tile, Tiles, VECTORS, most_vectors,
    packed_tiles,
};
use super::packed;
use super::plan::Plan;
use super::views::{Part, Table, aligned, fill, fill_joined};
use crate::kernels::simd::vector::MAX_LANES;

/// The operands of a correlation, for some samples and all groups.
pub struct Correlate<'a, T> {
    pub(super) correlation: &'a Correlation,
    pub(super) plan: &'a Plan,
    pub(super) groups: usize,
    pub(super) source: &'a [T],
    /// Packed, if the plan is.
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
pub(super) unsafe fn correlate<V: Tiles>(operands: &mut Correlate<'_, V::Element>) {
    let Correlate { correlation, plan, groups, source, weights, bias, .. } = *operands;
    let (views, sums) = aligned(operands.scratch).split_at_mut(plan.views_len());
    let mut room = Room { views, sums, table: Table::new() };
    let source_len = correlation.channels * correlation.source_len();
    let destination_len = correlation.filters * correlation.destination_len();
    let at_once = (groups * source_len, groups * destination_len);
    let samples = source.chunks(plan.samples * at_once.0);
    let destinations = operands.destination.chunks_mut(plan.samples * at_once.1);
    for (source, destination) in samples.zip(destinations) {
        for group in 0..groups {
            let filters = group * correlation.filters..(group + 1) * correlation.filters;
            let mut of_group = OfGroup {
                correlation,
                plan,
                samples: source.len() / at_once.0,
                source: &source[group * source_len..],
                source_stride: at_once.0,
                group,
                weights: if plan.is_packed { weights } else { part(weights, group, groups) },
                bias: bias.map(|bias| &bias[filters]),
                is_rectified: operands.is_rectified,
                destination: &mut destination[group * destination_len..],
                destination_stride: at_once.1,
            };
            // SAFETY: the caller guarantees the feature.
            unsafe { of_group.compute::<V>(&mut room) };
        }
    }
}

/// One of equal parts.
fn part<T>(values: &[T], index: usize, parts: usize) -> &[T] {
    let len = values.len() / parts;
    &values[index * len..][..len]
}

/// Scratch memory.
struct Room<'a, T> {
    views: &'a mut [T],
    sums: &'a mut [T],
    table: Table,
}

/// The operands of a group, for a few samples.
struct OfGroup<'a, T> {
    correlation: &'a Correlation,
    plan: &'a Plan,
    samples: usize,
    source: &'a [T],
    /// From one sample to the next.
    source_stride: usize,
    group: usize,
    /// Those of the group, or packed ones of all groups.
    weights: &'a [T],
    bias: Option<&'a [T]>,
    is_rectified: bool,
    destination: &'a mut [T],
    destination_stride: usize,
}

/// Some filters for some rows of the grid.
#[derive(Clone, Copy)]
struct Band {
    filter: usize,
    filters: usize,
    row: usize,
    rows: usize,
}

impl<T: Float> OfGroup<'_, T> {
    /// Computes the correlation, band by band.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn compute<V: Tiles<Element = T>>(&mut self, room: &mut Room<'_, T>) {
        let (correlation, plan) = (self.correlation, self.plan);
        for filter in (0..correlation.filters).step_by(plan.filters) {
            let filters = plan.filters.min(correlation.filters - filter);
            for row in (0..correlation.grid.0).step_by(plan.band) {
                let rows = plan.band.min(correlation.grid.0 - row);
                let band = Band { filter, filters, row, rows };
                let layout = self.layout(band, V::LANES);
                // SAFETY: the caller guarantees the feature.
                unsafe { self.sum::<V>(band, layout, room) };
                if plan.is_apart() {
                    self.spread(band, layout, room.sums);
                }
            }
        }
    }

    /// Where the sums of a band are: in the destination, unless they are stored apart.
    fn layout(&self, Band { filter, filters, row, rows }: Band, lanes: usize) -> Layout {
        let (samples, columns) = (self.samples, self.correlation.grid.1);
        if !self.plan.is_apart() {
            let stride = self.correlation.places();
            return Layout {
                first: filter * stride + row * columns,
                sample_stride: self.destination_stride,
                stride,
                columns: rows * columns,
                filters,
                samples,
            };
        }
        // Apart from the destination, there is room for whole registers.
        let places = rows * columns;
        let (joined, samples) = if self.plan.is_joined { (samples, 1) } else { (1, samples) };
        let stride = (joined * places).next_multiple_of(lanes);
        let sample_stride = filters * stride;
        Layout { first: 0, sample_stride, stride, columns: stride, filters, samples }
    }

    /// Computes the sums of a band, block by block.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn sum<V: Tiles<Element = T>>(
        &mut self,
        Band { filter, filters, row, rows }: Band,
        layout: Layout,
        Room { views, sums, table }: &mut Room<'_, T>,
    ) {
        let (correlation, plan) = (self.correlation, self.plan);
        let (filter_stride, channel_stride) = correlation.weight_strides;
        for block in Blocks::new(correlation, plan) {
            let Block { channel, channels, taps, .. } = block;
            if taps.1 > 0 && taps.0 == 0 && plan.is_joined {
                let sources = (self.source, self.source_stride);
                // SAFETY: the caller guarantees the feature.
                unsafe {
                    fill_joined::<V>(correlation, plan, (channel, channels), sources, views);
                }
            } else if taps.1 > 0 && taps.0 == 0 {
                let part = Part { channel, channels, row, rows };
                let sources = self.source.chunks(self.source_stride).take(self.samples);
                for (source, views) in sources.zip(views.chunks_mut(plan.sample_views_len)) {
                    // SAFETY: the caller guarantees the feature.
                    unsafe { fill::<V>(correlation, plan, part, source, views) };
                }
            }
            table.set(correlation, plan, taps);
            let (weights, mut ahead) = if plan.is_packed {
                let tiles = packed_tiles::<V>(filters).count();
                let panels = layout.columns.div_ceil(VECTORS * V::LANES);
                let next = self.next(Band { filter, filters, row, rows }, block);
                let start = packed::start(correlation, self.group, (filter, filters), block);
                (
                    Weights::Packed(&self.weights[start..]),
                    Ahead::new(correlation, &next, layout.samples * panels * tiles),
                )
            } else {
                let start = filter * filter_stride + channel * channel_stride;
                (Weights::InRows(&self.weights[start..], filter_stride), Ahead::nothing())
            };
            let product = Product {
                weights,
                views,
                views_stride: plan.sample_views_len,
                steps: table.of_channels(channels),
                bias: self.bias.map(|bias| &bias[filter..][..filters]),
                is_first: block.is_first,
                is_rectified: self.is_rectified && block.is_last,
            };
            let values = if plan.is_apart() { &mut **sums } else { &mut *self.destination };
            // SAFETY: the caller guarantees the feature.
            unsafe { product.compute::<V>(layout, &mut ahead, values) };
        }
    }

    /// What is computed after a block of a band.
    fn next(&self, band: Band, block: Block) -> Planes<T> {
        let (correlation, plan) = (self.correlation, self.plan);
        let first = self.source.as_ptr();
        let (channel, row) = (block.channel + block.channels, band.row + band.rows);
        let (first, channel, row) = if channel < correlation.channels {
            (first.wrapping_add(channel * correlation.source_len()), channel, band.row)
        } else if row < correlation.grid.0 {
            (first, 0, row)
        } else {
            (first.wrapping_add(self.samples * self.source_stride), 0, 0)
        };
        Planes {
            first,
            channels: plan.channels.min(correlation.channels - channel),
            row,
            rows: plan.band.min(correlation.grid.0 - row),
            samples: self.samples,
            sample_stride: self.source_stride,
        }
    }

    /// Stores sums where they belong: those of a phase, or of joined samples.
    #[inline(always)]
    fn spread(&mut self, band: Band, layout: Layout, sums: &[T]) {
        let correlation = self.correlation;
        let (columns, width) = (correlation.grid.1, correlation.destination.1);
        let places = band.rows * columns;
        let sample_stride = if self.plan.is_joined { places } else { layout.sample_stride };
        let destinations = self.destination.chunks_mut(self.destination_stride);
        for (sample, destination) in destinations.take(self.samples).enumerate() {
            let planes = destination.chunks_exact_mut(correlation.destination_len());
            for (filter, plane) in planes.skip(band.filter).take(band.filters).enumerate() {
                let sums = &sums[sample * sample_stride + filter * layout.stride..][..places];
                if self.plan.is_joined {
                    plane.copy_from_slice(sums);
                    continue;
                }
                for (row, sums) in sums.chunks_exact(columns).enumerate() {
                    let row = correlation.phase.0 + (band.row + row) * correlation.spacing.0;
                    let places = plane[row * width..][..width]
                        .iter_mut()
                        .skip(correlation.phase.1)
                        .step_by(correlation.spacing.1);
                    places.zip(sums).for_each(|(place, sum)| *place = *sum);
                }
            }
        }
    }
}

/// Where sums are: of some samples, filters, and adjacent columns.
#[derive(Clone, Copy)]
struct Layout {
    first: usize,
    sample_stride: usize,
    stride: usize,
    columns: usize,
    filters: usize,
    samples: usize,
}

/// The weights of a block.
#[derive(Clone, Copy)]
enum Weights<'a, T> {
    /// With the distance from one filter to the next.
    InRows(&'a [T], usize),
    Packed(&'a [T]),
}

/// A block of the inner dimension: weights times views.
struct Product<'a, T> {
    weights: Weights<'a, T>,
    views: &'a [T],
    /// From one sample to the next.
    views_stride: usize,
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
    unsafe fn compute<V: Tiles<Element = T>>(
        &self,
        layout: Layout,
        ahead: &mut Ahead<T>,
        sums: &mut [T],
    ) {
        let Layout { filters, columns, samples, .. } = layout;
        if filters == 0 || columns == 0 || samples == 0 {
            return;
        }
        let panels = columns.next_multiple_of(VECTORS * V::LANES);
        let steps = match self.steps {
            Some((steps, last)) => {
                let are_weights = match self.weights {
                    Weights::InRows(weights, stride) => {
                        (filters - 1) * stride + last.a < weights.len()
                    }
                    Weights::Packed(weights) => filters * steps.len() <= weights.len(),
                };
                let last_view = (samples - 1) * self.views_stride + last.b;
                assert!(are_weights, "the weights");
                assert!(last_view + panels <= self.views.len(), "the views");
                steps
            }
            None => &[],
        };
        let last_sums = (samples - 1) * layout.sample_stride + (filters - 1) * layout.stride;
        assert!(layout.first + last_sums + columns <= sums.len(), "the sums");
        let start = match self.bias {
            _ if !self.is_first => Start::Sums,
            Some(bias) => {
                assert!(bias.len() == filters, "a bias for each filter");
                Start::Bias(bias.as_ptr())
            }
            None => Start::Zero,
        };
        let mut whole = [T::zero(); PACKED_ROWS * STRIDE];
        let first = self.views.as_ptr();
        let to = sums.as_mut_ptr().wrapping_add(layout.first);
        let tile = |sample: usize| Tile {
            b: first.wrapping_add(sample * self.views_stride),
            steps,
            start,
            is_rectified: self.is_rectified,
            c: to.wrapping_add(sample * layout.sample_stride),
            c_stride: layout.stride,
        };
        let (weights, stride) = match self.weights {
            Weights::InRows(weights, stride) => (weights, stride),
            Weights::Packed(weights) => {
                assert!(filters >= MIN_PACKED_ROWS, "rows of a packed tile");
                let a = (weights.as_ptr(), filters);
                for sample in 0..samples {
                    let tile = tile(sample);
                    // SAFETY: as below, and there are as many weights as filters and steps.
                    unsafe { panels_of_packed_tiles::<V>(tile, a, columns, ahead, &mut whole) };
                }
                return;
            }
        };
        let mut rows = [core::ptr::null(); MAX_ROWS];
        for filter in (0..filters).step_by(MAX_ROWS) {
            let rows = &mut rows[..MAX_ROWS.min(filters - filter)];
            for (index, row) in (filter..).zip(&mut *rows) {
                *row = weights.as_ptr().wrapping_add(index * stride);
            }
            for sample in 0..samples {
                let tile = tile(sample).down_by(filter);
                // SAFETY: the caller guarantees the feature. The last numbers that the steps lead
                // to are in the weights and, up to whole panels, in the views of the last sample;
                // `columns` columns are in the sums for each filter and sample, and the bias has as
                // many numbers: all of this was checked.
                unsafe { panels_of_tiles::<V>(tile, rows, columns, &mut whole) };
            }
        }
    }
}

/// Computes `columns` columns of packed rows: `a` says where they begin, and their number.
///
/// # Safety
///
/// As for [`panels_of_tiles`], and `a` must be readable for all rows and steps.
#[inline(always)]
unsafe fn panels_of_packed_tiles<V: Tiles>(
    first: Tile<'_, V::Element>,
    (a, rows): (*const V::Element, usize),
    columns: usize,
    ahead: &mut Ahead<V::Element>,
    whole: &mut [V::Element; PACKED_ROWS * STRIDE],
) {
    let most = VECTORS * V::LANES;
    for column in (0..columns).step_by(most) {
        let width = most.min(columns - column);
        for (row, rows) in packed_tiles::<V>(rows) {
            let tile = first.right_by(column).down_by(row);
            tile.down_by(rows).prefetch::<V>(rows);
            ahead.request();
            // SAFETY: the caller guarantees the feature, that the tile is valid for `width` columns, and
            // the packed rows. `whole` has room for the rows of a tile in whole registers.
            unsafe {
                let a = a.add(row * tile.steps.len());
                if width.is_multiple_of(V::LANES) {
                    V::packed_tile(&tile, a, rows, width / V::LANES);
                } else {
                    in_whole_registers(tile, rows, width, whole.as_mut_ptr(), |tile| {
                        V::packed_tile(&tile, a, rows, width.div_ceil(V::LANES));
                    });
                }
            }
        }
    }
}

/// Computes these rows of `columns` columns.
///
/// # Safety
///
/// The processor must have the feature of `V`. `first`, as the tile of all rows, must be valid for
/// `columns` columns of them; what is only read must also be valid for whole panels of [`VECTORS`]
/// registers.
#[inline(always)]
unsafe fn panels_of_tiles<V: Tiles>(
    first: Tile<'_, V::Element>,
    rows: &[*const V::Element],
    columns: usize,
    whole: &mut [V::Element; PACKED_ROWS * STRIDE],
) {
    let most = most_vectors(rows.len()) * V::LANES;
    let mut column = 0;
    while column < columns {
        let left = columns - column;
        let tile = first.right_by(column);
        let width = if left >= most { most } else { left.min(VECTORS * V::LANES) };
        // SAFETY: the caller guarantees the feature, and that the tile is valid for `width` columns
        // from here on.
        unsafe {
            if width.is_multiple_of(V::LANES) {
                V::column_of_tiles(&tile, rows, width / V::LANES);
            } else {
                last_columns::<V>(tile, rows, width, whole);
            }
        }
        column += width;
    }
}

/// The distance of the rows of sums that are computed elsewhere.
const STRIDE: usize = VECTORS * MAX_LANES;

/// Computes columns that do not fill their registers, in whole registers in `whole`.
///
/// # Safety
///
/// The processor must have the feature of `V`. `width` must be in `1..=VECTORS * V::LANES`, and
/// `first`, as the tile of all rows, must be valid for `width` columns of them; what is only read
/// must also be valid for whole registers.
#[inline(always)]
unsafe fn last_columns<V: Tiles>(
    first: Tile<'_, V::Element>,
    rows: &[*const V::Element],
    width: usize,
    whole: &mut [V::Element; PACKED_ROWS * STRIDE],
) {
    for (index, rows) in rows.chunks(ROWS).enumerate() {
        let tile = first.down_by(index * ROWS);
        // SAFETY: the caller guarantees the feature, and that `width` columns of these rows of `C`
        // can be read and written. `whole` has room for them in whole registers.
        unsafe {
            in_whole_registers(tile, rows.len(), width, whole.as_mut_ptr(), |tile| {
                V::column_of_tiles(&tile, rows, width.div_ceil(V::LANES));
            });
        }
    }
}

/// Lets `compute` have the `rows` rows of a tile in `whole`, [`STRIDE`] apart, and copies `width`
/// columns of them to `C`.
///
/// # Safety
///
/// `width` columns of the rows of `C` must be readable and writable, and `whole` must have room for
/// the rows.
#[inline(always)]
unsafe fn in_whole_registers<T: Float>(
    tile: Tile<'_, T>,
    rows: usize,
    width: usize,
    whole: *mut T,
    compute: impl FnOnce(Tile<'_, T>),
) {
    // SAFETY: the caller guarantees these numbers.
    unsafe {
        if let Start::Sums = tile.start {
            for row in 0..rows {
                let from = tile.c.add(row * tile.c_stride);
                core::ptr::copy_nonoverlapping(from, whole.add(row * STRIDE), width);
            }
        }
        compute(Tile { c: whole, c_stride: STRIDE, ..tile });
        for row in 0..rows {
            let to = tile.c.add(row * tile.c_stride);
            core::ptr::copy_nonoverlapping(whole.add(row * STRIDE), to, width);
        }
    }
}
