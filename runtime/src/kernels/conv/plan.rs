//! How a [`Correlation`] is divided into blocks that fit the caches.

use super::correlation::Correlation;
use super::microkernel::MIN_PACKED_ROWS;
use crate::kernels::simd::vector::MAX_LANES;

/// Maximum number of steps of a block.
pub(super) const MAX_STEPS: usize = 320;

/// Number of steps that a block has about, if the kernel is smaller: the lines of a panel for them
/// fit the first-level cache.
const STEPS: usize = 300;

/// Number of lines of the first-level cache that a panel of the views of a block has about (AVX2,
/// `f32`): with more, they and the weights of a tile evict each other. With 224 instead of any number,
/// 128 filters of 3 × 3 on 28 × 28 reach 0.76 instead of 0.70 of the peak, and 32 of 5 × 5 0.82 instead
/// of 0.71.
const LINES: usize = 224;

/// The same if the weights are packed: they are adjacent, and evict less. With 224, a convolution of 32
/// filters of 5 × 5 took 1.07 times as long, and one of 128 of 3 × 3 also 1.07 (Xeon, AVX-512).
const LINES_BESIDE_PACKED: usize = 400;

/// Numbers of the views of a block: half of the second-level cache (AVX2, `f32`).
const VIEWS: usize = 1 << 16;

/// Numbers of the sums of a block that are stored apart.
const SUMS: usize = 1 << 15;

/// The same for joined samples, whose views are made again for the filters that do not fit.
const SUMS_OF_JOINED: usize = 3 << 14;

/// Places of the grid that use a number of the weights before the next one is read.
const PLACES: usize = 256;

/// Samples with at most this many places are joined: their last registers would be mostly empty.
const FEW_PLACES: usize = 63;

/// With fewer filters, the copies of joined samples take longer than the empty registers.
const MIN_FILTERS_TO_JOIN: usize = 32;

/// With fewer rows in a band, most rows of a view would only be there for the kernel's reach.
const MIN_BAND: usize = 4;

/// Panels begin at multiples of this, in numbers: twice the widest register.
pub(super) const UNIT: usize = 32;

/// Numbers in a line of the cache (`f32`).
pub(super) const LINE: usize = 16;

/// The division of a correlation: bands of rows of the grid, filters, and blocks of the inner
/// dimension.
///
/// In a band, each channel has a *view* of the source for each column of the kernel: what the column
/// meets in the source, row by row, as wide as the grid. One row of the kernel then meets adjacent
/// numbers for all places of a band, across its rows, and the next row of the kernel those that
/// begin a row later. With a stride, a view has first all rows that the first row of the kernel
/// meets, then all rows that the second one does, up to the stride.
///
/// If the grid has only few places, samples are *joined*: each channel has a view for each number of
/// the kernel, with what it meets in one sample after the other. 512 channels of 7 × 7 then take 13
/// registers for every four samples, where each sample alone takes four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Rows of the grid in a band.
    pub(super) band: usize,
    /// Filters at once, if the sums are stored apart.
    pub(super) filters: usize,
    /// Channels in a block.
    pub(super) channels: usize,
    /// Taps in a block: all, unless there are very many.
    pub(super) taps: usize,
    /// Rows in a view that belong to the same phase of the stride.
    pub(super) phase_rows: usize,
    /// Phases of the stride in a view.
    pub(super) phases: usize,
    /// Distance of two views.
    pub(super) view_len: usize,
    /// Room for all views of a block, and for registers that are written beyond them.
    pub(super) sample_views_len: usize,
    /// Samples at once, if a band is a whole plane. Weights are then read once for all of them.
    pub(super) samples: usize,
    /// Whether these samples are joined. Their views are then those of one sample.
    pub(super) is_joined: bool,
    /// Whether the weights are packed.
    pub(super) is_packed: bool,
    /// Room for the sums that are stored apart.
    sums_len: usize,
}

impl Plan {
    /// A plan for packed weights, if they may be packed. Joined samples need none: their views are
    /// aligned, and each weight is used for only a few registers.
    pub(super) const fn new(correlation: &Correlation, may_pack: bool) -> Plan {
        if may_pack {
            let packed = Plan::with(correlation, true);
            if !packed.is_joined && is_packable(correlation.filters, packed.filters) {
                return packed;
            }
        }
        Plan::with(correlation, false)
    }

    const fn with(correlation: &Correlation, is_packed: bool) -> Plan {
        let taps = if correlation.taps_len() == 0 { 1 } else { correlation.taps_len() };
        let steps = if !is_packed && conflicts(correlation) { STEPS / 2 } else { STEPS };
        let by_steps = if steps < taps { 1 } else { steps / taps };
        let lines = if is_packed { LINES_BESIDE_PACKED } else { LINES };
        let by_lines = lines / panel_lines(correlation);
        let at_most = if by_steps < by_lines { by_steps } else { by_lines };
        let mut channels = even_share(correlation.channels, at_most);
        let mut band = band(correlation, channels);
        while band < MIN_BAND && band < correlation.grid.0 && channels > 1 {
            channels = channels.div_ceil(2);
            band = self::band(correlation, channels);
        }
        let (phases, phase_rows) = view_rows(correlation, band);
        let joined = if band < correlation.grid.0 { 1 } else { joined(correlation, channels) };
        let is_joined = joined > 1;
        // With room for a register that is written beyond the last row.
        let view_len = MAX_LANES
            + if is_joined {
                joined * correlation.places()
            } else {
                phases * phase_rows * correlation.grid.1
            };
        let view_len = odd_lines(view_len);
        let places = (joined * band * correlation.grid.1).next_multiple_of(UNIT);
        let sums = if is_joined { SUMS_OF_JOINED } else { SUMS };
        let is_apart = is_joined || !correlation.is_dense();
        let filters = if is_apart {
            even_share(correlation.filters, sums / places)
        } else {
            correlation.filters
        };
        let views = channels * if is_joined { taps } else { correlation.taps.1.count };
        let sample_views_len = (views * view_len).next_multiple_of(LINE) + 2 * UNIT;
        let samples = if is_joined {
            joined
        } else {
            samples(correlation, band, sample_views_len, filters * places)
        };
        let sums_len = if is_joined { filters * places } else { samples * filters * places };
        Plan {
            band,
            filters,
            channels,
            taps: if taps < MAX_STEPS { taps } else { MAX_STEPS },
            phase_rows,
            phases,
            view_len,
            sample_views_len,
            samples,
            is_joined,
            is_packed,
            sums_len: if is_apart { sums_len } else { 0 },
        }
    }

    /// Number of numbers of scratch memory, which may begin anywhere in a line.
    pub(super) const fn scratch_len(&self) -> usize {
        self.views_len() + self.sums_len + LINE
    }

    /// Room for the views of all samples at once.
    pub(super) const fn views_len(&self) -> usize {
        if self.is_joined { self.sample_views_len } else { self.samples * self.sample_views_len }
    }

    /// Whether sums are stored apart from the destination.
    pub(super) const fn is_apart(&self) -> bool {
        self.sums_len > 0
    }
}

/// Number of lines that a panel has in the views of one channel. It has one for each row of the kernel,
/// or two if panels begin anywhere in a line, but fewer if the rows of the grid are short.
const fn panel_lines(correlation: &Correlation) -> usize {
    let (rows, columns) = (&correlation.taps.0, &correlation.taps.1);
    let is_aligned = rows.count == 1 || correlation.grid.1.is_multiple_of(LINE);
    let apart = if is_aligned { rows.count } else { 2 * rows.count };
    let adjacent = (rows.reach() * correlation.grid.1).div_ceil(LINE) + 2;
    let lines = columns.count * if apart < adjacent { apart } else { adjacent };
    if lines == 0 { 1 } else { lines }
}

/// Whether weights of adjacent channels evict each other from the first-level cache: their distance
/// (`f32`) is a multiple of a large power of two, so that few sets of the cache hold them.
const fn conflicts(correlation: &Correlation) -> bool {
    const NUMBERS: usize = 256;
    let distance = correlation.weight_strides.1;
    distance >= NUMBERS && distance.is_multiple_of(NUMBERS)
}

/// The rows of a band, so that the views of `channels` channels fit.
const fn band(correlation: &Correlation, channels: usize) -> usize {
    let (rows, columns) = correlation.grid;
    let views = channels * if correlation.taps.1.count == 0 { 1 } else { correlation.taps.1.count };
    let (phases, reach) = view_rows(correlation, 0);
    let fitting = (VIEWS / (views * phases * columns)).saturating_sub(reach);
    let fitting = if columns == 1 { fitting / UNIT * UNIT } else { fitting };
    let band = even_share(rows, fitting);
    if columns == 1 && band < rows { band.next_multiple_of(UNIT) } else { band }
}

/// Whether `filters` filters, at most `at_once` at a time, are never fewer than a packed tile has.
const fn is_packable(filters: usize, at_once: usize) -> bool {
    let last = filters % at_once;
    at_once >= MIN_PACKED_ROWS && (last == 0 || last >= MIN_PACKED_ROWS)
}

/// The number of samples at once: enough that each number of the weights is used often, if their
/// views and sums fit.
const fn samples(correlation: &Correlation, band: usize, views: usize, sums: usize) -> usize {
    if band < correlation.grid.0 {
        return 1;
    }
    let mut samples = PLACES.div_ceil(correlation.places());
    samples = if VIEWS / views < samples { VIEWS / views } else { samples };
    samples = if !correlation.is_dense() && SUMS / sums < samples { SUMS / sums } else { samples };
    if samples == 0 { 1 } else { samples }
}

/// The number of samples to join, 1 for none.
const fn joined(correlation: &Correlation, channels: usize) -> usize {
    let (places, taps) = (correlation.places(), correlation.taps_len());
    let joins = places <= FEW_PLACES
        && correlation.filters >= MIN_FILTERS_TO_JOIN
        && correlation.is_dense()
        && 0 < taps
        && taps <= MAX_STEPS;
    if !joins {
        return 1;
    }
    let (samples, fitting) = (PLACES / places, VIEWS / (channels * taps * places));
    match if fitting < samples { fitting } else { samples } {
        0 => 1,
        samples => samples,
    }
}

/// The number of phases of a view, and of rows in each.
const fn view_rows(correlation: &Correlation, band: usize) -> (usize, usize) {
    let (reach, stride) = (correlation.taps.0.reach(), correlation.stride.0);
    let phases = if reach < stride { reach + 1 } else { stride };
    (phases, band + reach / stride)
}

/// The largest of about equal parts of `all` that are at most `at_most`, or 1.
pub(super) const fn even_share(all: usize, at_most: usize) -> usize {
    all.div_ceil(all.div_ceil(if at_most == 0 { 1 } else { at_most }))
}

/// At least `len` numbers, an odd number of lines: views whose distance is a power of two would
/// evict each other from the cache.
const fn odd_lines(len: usize) -> usize {
    (len.div_ceil(LINE) | 1) * LINE
}
