//! The gradient of the weights: for each weight, the sum over samples and places of the output,
//!
//! ```text
//! dW[f][c][i][j] = Σ_samples Σ_places dY[f][place] · padded[c][what (i, j) meets at the place]
//! ```
//!
//! Registers hold adjacent filters, for which `dY` is transposed. The rows of a tile are weights
//! `(c, i, j)`, whose numbers are broadcast from the padded input, where a table says which number
//! belongs to a place. The inner dimension is the places of a *chunk*: some whole samples, or part of
//! one. Each weight adds up its chunks in order, whatever block it is in.

use num_traits::Zero;

use super::microkernel::{MAX_ROWS, Start, Step, Tile, Tiles, VECTORS, added};
use super::plan::{MAX_STEPS, UNIT, even_share};
use super::shape::Conv2dShape;
use super::transpose::transpose;
use super::views::{Met, Window, aligned};
use crate::kernels::simd::vector::Vector;

/// Filters in a block.
const FILTERS: usize = 64;

/// Numbers of the gradient of a block: they stay in the second-level cache.
const WEIGHTS: usize = 40_000;

/// Numbers of the padded input of a block.
const IMAGES: usize = 1 << 15;

/// The operands of a gradient, for adjacent filters of one group, or of whole groups
/// if they have few filters.
pub struct WeightGradient<'a, T> {
    pub(super) shape: &'a Conv2dShape,
    pub(super) batch: usize,
    /// The first filter.
    pub(super) filter: usize,
    pub(super) input: &'a [T],
    pub(super) d_output: &'a [T],
    /// The gradients of these filters.
    pub(super) d_weights: &'a mut [T],
    pub(super) d_bias: Option<&'a mut [T]>,
    /// Whether the sums are added to `d_weights` and `d_bias`.
    pub(super) adds: bool,
    pub(super) scratch: &'a mut [T],
}

/// The division of a gradient into blocks.
#[derive(Clone, Copy)]
pub(super) struct GradientPlan {
    filters: usize,
    channels: usize,
    /// Samples in a chunk: several only if a chunk holds all their places.
    samples: usize,
    /// Places of a sample in a chunk.
    places: usize,
    /// Rows and columns of the padded input of a chunk.
    image: (usize, usize),
}

impl GradientPlan {
    pub(super) const fn new(shape: &Conv2dShape, filters: usize) -> GradientPlan {
        let (height, width) = (shape.output_height(), shape.output_width());
        let all_places = height * width;
        let is_in_rows = width <= MAX_STEPS;
        let places = if is_in_rows {
            // Whole rows, so that all chunks have the same steps.
            width * even_share(height, MAX_STEPS / width)
        } else {
            even_share(all_places, MAX_STEPS)
        };
        let samples = if places == all_places { MAX_STEPS / places } else { 1 };
        // Other places begin anywhere in a row.
        let rows = if is_in_rows { places / width } else { places / width + 2 };
        let rows = if rows < height { rows } else { height };
        let image = (
            (rows - 1) * shape.stride.0 + shape.vertical().span(),
            (width - 1) * shape.stride.1 + shape.horizontal().span(),
        );
        let at_most = if shape.taps() * FILTERS > WEIGHTS { UNIT } else { FILTERS };
        let filters = if filters < at_most { filters } else { at_most };
        let by_weights = WEIGHTS / (shape.taps() * filters.next_multiple_of(UNIT));
        let by_images = IMAGES / (samples * image.0 * image.1);
        let channels = if by_weights < by_images { by_weights } else { by_images };
        GradientPlan {
            filters,
            channels: even_share(shape.group_channels(), channels),
            samples,
            places,
            image,
        }
    }

    pub(super) const fn scratch_len(&self, shape: &Conv2dShape) -> usize {
        let [images, sums, d_output, bias] = self.lens(shape);
        images + sums + d_output + bias + UNIT
    }

    /// Room for the padded input, the gradient, the transposed gradient of the output, and the
    /// gradient of the bias.
    const fn lens(&self, shape: &Conv2dShape) -> [usize; 4] {
        let filters = self.filters.next_multiple_of(UNIT);
        let images = self.samples * self.channels * self.image.0 * self.image.1 + 2 * UNIT;
        [
            images.next_multiple_of(UNIT),
            self.channels * shape.taps() * filters,
            self.samples * self.places * filters,
            filters,
        ]
    }
}

/// Computes a gradient.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If a slice is too short.
#[inline(always)]
pub(super) unsafe fn weight_gradient<V: Tiles>(operands: &mut WeightGradient<'_, V::Element>) {
    let WeightGradient { shape, batch, filter, input, d_output, .. } = *operands;
    let filter_len = shape.filter_len();
    let count = operands.d_weights.len() / filter_len;
    let plan = GradientPlan::new(shape, count);
    let mut table = Table::new();
    let mut room = Room::new(&plan, shape, operands.scratch);
    for first in (0..count).step_by(plan.filters) {
        let filters = plan.filters.min(count - first);
        for channel in (0..shape.group_channels()).step_by(plan.channels) {
            let channels = plan.channels.min(shape.group_channels() - channel);
            let mut block = Block {
                shape,
                plan: &plan,
                group: filter / shape.group_filters(),
                filters: (filter + first, filters),
                channels: (channel, channels),
                has_bias: channel == 0 && operands.d_bias.is_some(),
                is_first: true,
            };
            let start = first * filter_len + channel * shape.taps();
            if operands.adds {
                // SAFETY: the caller guarantees the feature.
                unsafe { block.load::<V>(&operands.d_weights[start..], &mut room) };
                if let (true, Some(d_bias)) = (block.has_bias, &operands.d_bias) {
                    room.bias[..filters].copy_from_slice(&d_bias[first..][..filters]);
                }
                block.is_first = false;
            }
            for chunk in Chunks::new(&plan, shape, batch) {
                // SAFETY: the caller guarantees the feature.
                unsafe { block.add::<V>(chunk, input, d_output, &mut table, &mut room) };
                block.is_first = false;
            }
            let d_weights = &mut operands.d_weights[start..];
            // SAFETY: the caller guarantees the feature.
            unsafe { block.store::<V>(&room, d_weights) };
            if let (true, Some(d_bias)) = (block.has_bias, &mut operands.d_bias) {
                block.store_bias::<V>(&room, &mut d_bias[first..][..filters]);
            }
        }
    }
}

/// Scratch memory.
struct Room<'a, T> {
    images: &'a mut [T],
    sums: &'a mut [T],
    d_output: &'a mut [T],
    bias: &'a mut [T],
}

impl<'a, T> Room<'a, T> {
    fn new(plan: &GradientPlan, shape: &Conv2dShape, scratch: &'a mut [T]) -> Room<'a, T> {
        let [images, sums, d_output, bias] = plan.lens(shape);
        let (sums, rest) = aligned(scratch).split_at_mut(sums);
        let (d_output, rest) = rest.split_at_mut(d_output);
        let (bias, rest) = rest.split_at_mut(bias);
        Room { images: &mut rest[..images], sums, d_output, bias }
    }
}

/// Places of the output whose products are added to the sums at once.
#[derive(Clone, Copy)]
struct Chunk {
    sample: usize,
    samples: usize,
    /// The first place of each sample.
    place: usize,
    places: usize,
}

struct Chunks {
    batch: usize,
    all_places: usize,
    /// Samples and places of a chunk.
    at_once: (usize, usize),
    next: (usize, usize),
}

impl Chunks {
    fn new(plan: &GradientPlan, shape: &Conv2dShape, batch: usize) -> Chunks {
        let all_places = shape.output_height() * shape.output_width();
        Chunks { batch, all_places, at_once: (plan.samples, plan.places), next: (0, 0) }
    }
}

impl Iterator for Chunks {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let (sample, place) = self.next;
        if sample == self.batch {
            return None;
        }
        let samples = self.at_once.0.min(self.batch - sample);
        let places = self.at_once.1.min(self.all_places - place);
        self.next = if place + places == self.all_places {
            (sample + samples, 0)
        } else {
            (sample, place + places)
        };
        Some(Chunk { sample, samples, place, places })
    }
}

/// Where the numbers of each place of a chunk are.
///
/// The fields are private to this file.
struct Table {
    steps: [Step; MAX_STEPS],
    /// What it was made for: the first column, places, samples, channels.
    key: (usize, usize, usize, usize),
}

impl Table {
    fn new() -> Table {
        Table { steps: [Step::default(); MAX_STEPS], key: (0, 0, 0, 0) }
    }

    /// The steps of a chunk.
    #[inline(never)]
    fn of_chunk(&mut self, block: &Block<'_>, chunk: Chunk, panel_width: usize) -> &[Step] {
        let (shape, width) = (block.shape, block.shape.output_width());
        let image_width = block.plan.image.1;
        let sample_len = block.channels.1 * block.plan.image.0 * image_width;
        let key = (chunk.place % width, chunk.places, chunk.samples, block.channels.1);
        let all = chunk.samples * chunk.places;
        // Fewer places of a sample are the first ones of its steps.
        let has_steps = (self.key.0, self.key.2, self.key.3) == (key.0, key.2, key.3)
            && (self.key.1 == key.1 || key.2 == 1 && self.key.1 > key.1);
        if !has_steps {
            let mut index = 0;
            for sample in 0..chunk.samples {
                let (mut row, mut column) = (0, chunk.place % width);
                for _ in 0..chunk.places {
                    self.steps[index] = Step {
                        a: sample * sample_len
                            + row * shape.stride.0 * image_width
                            + column * shape.stride.1,
                        b: index * panel_width,
                    };
                    index += 1;
                    column += 1;
                    if column == width {
                        (row, column) = (row + 1, 0);
                    }
                }
            }
            self.key = key;
        }
        &self.steps[..all]
    }
}

/// Part of the weights: some filters, some channels.
struct Block<'a> {
    shape: &'a Conv2dShape,
    plan: &'a GradientPlan,
    group: usize,
    /// The first filter, and their number.
    filters: (usize, usize),
    /// The first channel of the group, and their number.
    channels: (usize, usize),
    has_bias: bool,
    is_first: bool,
}

impl Block<'_> {
    /// Adds the products of a chunk to the sums.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If a slice is too short.
    #[inline(always)]
    unsafe fn add<V: Tiles>(
        &self,
        chunk: Chunk,
        input: &[V::Element],
        d_output: &[V::Element],
        table: &mut Table,
        room: &mut Room<'_, V::Element>,
    ) {
        let width = VECTORS * V::LANES;
        // SAFETY: the caller guarantees the feature.
        unsafe {
            self.pad::<V>(chunk, input, room.images);
            self.transpose_d_output::<V>(chunk, d_output, room.d_output);
        }
        let steps = table.of_chunk(self, chunk, width);
        let rows = self.channels.1 * self.shape.taps();
        let panels = room.d_output.chunks_exact(steps.len() * width);
        let sums = room.sums.chunks_exact_mut(rows * width);
        let bias = room.bias.chunks_exact_mut(width);
        let last_row = self.image_offset(self.channels.1 - 1)
            + self.tap_offset((self.shape.kernel.0 - 1, self.shape.kernel.1 - 1));
        let last_step = steps.iter().map(|step| step.a).max().unwrap_or(0);
        assert!(last_row + last_step < room.images.len(), "the padded input");
        let filters = (0..self.filters.1).step_by(width);
        for (((panel, sums), bias), filter) in panels.zip(sums).zip(bias).zip(filters) {
            let vectors = (self.filters.1 - filter).div_ceil(V::LANES).min(VECTORS);
            let tile = Tile {
                b: panel.as_ptr(),
                steps,
                start: if self.is_first { Start::Zero } else { Start::Sums },
                is_rectified: false,
                c: sums.as_mut_ptr(),
                c_stride: width,
            };
            let mut weights = self.weights();
            for first in (0..rows).step_by(MAX_ROWS) {
                let mut at = [core::ptr::null(); MAX_ROWS];
                let at = &mut at[..MAX_ROWS.min(rows - first)];
                at.fill_with(|| room.images.as_ptr().wrapping_add(weights.next()));
                // SAFETY: the caller guarantees the feature. Weights are in the order of their
                // places in the image; with the last one, the last step was checked to be in the
                // images. `panel` has a row of `width` numbers for each step, and `sums` for each
                // of `rows` weights.
                unsafe { V::column_of_tiles(&tile.down_by(first), at, vectors) };
            }
            if self.has_bias {
                // SAFETY: the caller guarantees the feature.
                unsafe { add_rows::<V>(panel, vectors, self.is_first, bias) };
            }
        }
    }

    /// Copies the rows of the input that a chunk meets, with zeros around them.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn pad<V: Vector>(&self, chunk: Chunk, input: &[V::Element], images: &mut [V::Element]) {
        let (shape, plan, width) = (self.shape, self.plan, self.shape.output_width());
        let (first, last) = (chunk.place / width, (chunk.place + chunk.places - 1) / width);
        let rows = (last - first) * shape.stride.0 + shape.vertical().span();
        let least = (first * shape.stride.0) as isize - shape.padding.top as isize;
        let window = Window {
            rows: Met::new((rows, 1), least, shape.height),
            columns: Met::new((plan.image.1, 1), -(shape.padding.left as isize), shape.width),
            width: shape.width,
        };
        let plane_len = shape.height * shape.width;
        for sample in 0..chunk.samples {
            let plane = (chunk.sample + sample) * shape.channels
                + self.group * shape.group_channels()
                + self.channels.0;
            let planes = input[plane * plane_len..].chunks_exact(plane_len);
            for (channel, plane) in planes.take(self.channels.1).enumerate() {
                let image = sample * self.channels.1 + channel;
                let to = &mut images[image * plan.image.0 * plan.image.1..];
                // SAFETY: the caller guarantees the feature.
                unsafe { window.copy::<V>(plane, to) };
            }
        }
    }

    /// Transposes the gradient of the output: panels of filters, in which each place is a row.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn transpose_d_output<V: Vector>(
        &self,
        chunk: Chunk,
        d_output: &[V::Element],
        to: &mut [V::Element],
    ) {
        let width = VECTORS * V::LANES;
        let plane_len = self.shape.output_height() * self.shape.output_width();
        let panel_len = chunk.samples * chunk.places * width;
        for (panel, filter) in (0..self.filters.1).step_by(width).enumerate() {
            let filters = (self.filters.1 - filter).min(width);
            for sample in 0..chunk.samples {
                let plane = (chunk.sample + sample) * self.shape.filters + self.filters.0 + filter;
                let from = &d_output[plane * plane_len + chunk.place..];
                let to = &mut to[panel * panel_len + sample * chunk.places * width..];
                let size = (filters, chunk.places);
                // SAFETY: the caller guarantees the feature.
                unsafe { transpose::<V, true>((from, plane_len), size, (to, width)) };
            }
        }
    }

    /// Loads the gradients of the weights of these channels.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn load<V: Vector>(&self, d_weights: &[V::Element], room: &mut Room<'_, V::Element>) {
        let (width, filter_len) = (VECTORS * V::LANES, self.shape.filter_len());
        let rows = self.channels.1 * self.shape.taps();
        let panels = room.sums.chunks_exact_mut(rows * width);
        for (panel, filter) in panels.zip((0..self.filters.1).step_by(width)) {
            let filters = (self.filters.1 - filter).min(width);
            let from = &d_weights[filter * filter_len..];
            // SAFETY: the caller guarantees the feature.
            unsafe { transpose::<V, true>((from, filter_len), (filters, rows), (panel, width)) };
        }
    }

    /// Stores the gradients of the weights of these channels.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    unsafe fn store<V: Vector>(&self, room: &Room<'_, V::Element>, d_weights: &mut [V::Element]) {
        let (width, filter_len) = (VECTORS * V::LANES, self.shape.filter_len());
        let rows = self.channels.1 * self.shape.taps();
        let panels = room.sums.chunks_exact(rows * width);
        for (panel, filter) in panels.zip((0..self.filters.1).step_by(width)) {
            let filters = (self.filters.1 - filter).min(width);
            let to = &mut d_weights[filter * filter_len..];
            if self.is_first {
                // There was no chunk: a sum over nothing.
                to.chunks_mut(filter_len).take(filters).for_each(|filter| {
                    let len = rows.min(filter.len());
                    filter[..len].fill(V::Element::zero());
                });
                continue;
            }
            // SAFETY: the caller guarantees the feature.
            unsafe { transpose::<V, false>((panel, width), (rows, filters), (to, filter_len)) };
        }
    }

    /// Stores the gradients of the bias.
    #[inline(always)]
    fn store_bias<V: Vector>(&self, room: &Room<'_, V::Element>, d_bias: &mut [V::Element]) {
        if self.is_first {
            d_bias.fill(V::Element::zero());
        } else {
            d_bias.copy_from_slice(&room.bias[..d_bias.len()]);
        }
    }

    /// Where the padded input of a channel begins.
    fn image_offset(&self, channel: usize) -> usize {
        channel * self.plan.image.0 * self.plan.image.1
    }

    /// Where a tap meets the padded input, from its beginning.
    fn tap_offset(&self, (i, j): (usize, usize)) -> usize {
        i * self.shape.dilation.0 * self.plan.image.1 + j * self.shape.dilation.1
    }

    fn weights(&self) -> Weights<'_> {
        Weights { block: self, channel: 0, tap: (0, 0) }
    }
}

/// Where each weight, in order, meets the padded input.
struct Weights<'a> {
    block: &'a Block<'a>,
    channel: usize,
    tap: (usize, usize),
}

impl Weights<'_> {
    #[inline(always)]
    fn next(&mut self) -> usize {
        let offset = self.block.image_offset(self.channel) + self.block.tap_offset(self.tap);
        let kernel = self.block.shape.kernel;
        self.tap.1 += 1;
        if self.tap.1 == kernel.1 {
            self.tap = (self.tap.0 + 1, 0);
            if self.tap.0 == kernel.0 {
                self.tap.0 = 0;
                self.channel += 1;
            }
        }
        offset
    }
}

/// Adds the rows of a panel of `vectors` registers to `sums`.
///
/// # Safety
///
/// The processor must have the feature of `V`, and `vectors` must be at most [`VECTORS`].
///
/// # Panics
///
/// If `sums` is shorter than a row.
#[inline(always)]
unsafe fn add_rows<V: Vector>(
    panel: &[V::Element],
    vectors: usize,
    is_first: bool,
    sums: &mut [V::Element],
) {
    let width = VECTORS * V::LANES;
    assert!(sums.len() >= width && vectors <= VECTORS, "a row of sums");
    for vector in 0..vectors {
        let column = vector * V::LANES;
        // SAFETY: the caller guarantees the feature; a register from `column` on is in each row of
        // `width` numbers, and in `sums`.
        unsafe {
            // Several sums, so that an addition need not wait for the previous one.
            let mut parts = [V::zero(); 4];
            for rows in panel.chunks(4 * width) {
                for (part, row) in parts.iter_mut().zip(rows.chunks_exact(width)) {
                    *part = added(*part, V::load(row.as_ptr().add(column)));
                }
            }
            let [a, b, c, d] = parts;
            let sum = added(added(a, b), added(c, d));
            let to = sums.as_mut_ptr().add(column);
            let before = if is_first { V::zero() } else { V::load(to) };
            added(before, sum).store(to);
        }
    }
}
