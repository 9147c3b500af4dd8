//! Weights in the order in which tiles read them.
//!
//! The weights of a tile are then adjacent, and its rows need one address. Without this, each row has
//! an address of its own, and rows whose distance is a power of two evict each other from the cache.

use super::blocks::{Block, Blocks};
use super::correlation::Correlation;
use super::microkernel::packed_tiles;
use super::plan::Plan;
use super::shape::Conv2dShape;
use super::views::Table;
use crate::kernels::simd::vector::Vector;

/// Places of the output from which on packing takes less time than it saves.
const MIN_PLACES: usize = 1024;

/// Divides scratch memory into room for packed weights, which is empty if packing does not pay, and
/// the rest.
pub(super) fn room_to_pack<'a, T>(
    shape: &Conv2dShape,
    batch: usize,
    scratch: &'a mut [T],
) -> (&'a mut [T], &'a mut [T]) {
    let places = batch.saturating_mul(shape.output_len() / shape.filters);
    let (packed, rest) = (shape.packed_len(), shape.scratch_len());
    let pays = places >= MIN_PLACES && scratch.len() >= packed + rest;
    scratch.split_at_mut(if pays { packed } else { 0 })
}

/// The operands: the weights of a correlation, and room for as many numbers as it uses of them.
pub struct Pack<'a, T> {
    pub(super) correlation: &'a Correlation,
    pub(super) plan: &'a Plan,
    pub(super) groups: usize,
    pub(super) weights: &'a [T],
    pub(super) packed: &'a mut [T],
}

/// Packs weights: group by group, for each group the filters at once, for them blocks of the inner
/// dimension, for each block tiles, and in a tile a row of `A` for each step.
///
/// # Panics
///
/// If a slice is too short.
pub(super) fn pack<V: Vector>(operands: &mut Pack<'_, V::Element>) {
    let Pack { correlation, plan, groups, weights, .. } = *operands;
    let mut table = Table::new();
    let (filter_stride, channel_stride) = correlation.weight_strides;
    for group in 0..groups {
        let weights = &weights[weights.len() / groups * group..];
        for filter in (0..correlation.filters).step_by(plan.filters) {
            let filters = plan.filters.min(correlation.filters - filter);
            for block in Blocks::new(correlation, plan) {
                table.set(correlation, plan, block.taps);
                let Some((steps, _)) = table.of_channels(block.channels) else { continue };
                let start = start(correlation, group, (filter, filters), block);
                let mut packed = &mut operands.packed[start..];
                let weights = &weights[filter * filter_stride + block.channel * channel_stride..];
                for (row, rows) in packed_tiles::<V>(filters) {
                    let tile;
                    (tile, packed) = packed.split_at_mut(rows * steps.len());
                    let weights = &weights[row * filter_stride..];
                    // Row by row, since adjacent weights are in a row.
                    for row in 0..rows {
                        let weights = &weights[row * filter_stride..];
                        let to = tile[row..].iter_mut().step_by(rows);
                        steps.iter().zip(to).for_each(|(step, to)| *to = weights[step.a]);
                    }
                }
            }
        }
    }
}

impl Correlation {
    /// Number of weights that it uses, in all groups.
    pub(super) const fn weights_len(&self, groups: usize) -> usize {
        groups * self.filters * self.channels * self.taps_len()
    }
}

/// Where the weights of a block of some filters begin.
pub(super) fn start(
    correlation: &Correlation,
    group: usize,
    (filter, filters): (usize, usize),
    block: Block,
) -> usize {
    let all_steps = correlation.channels * correlation.taps_len();
    let step = block.channel * correlation.taps_len() + block.taps.0;
    (group * correlation.filters + filter) * all_steps + filters * step
}
