//! The gradients of weights and bias.

use num_traits::{Float, Zero};

use super::axis::Pass;
use super::kernel::Kernel;
use super::plan::{REGISTERS, channel_sums, channels_at_once};
use super::planes::{Planes, prefetch_ahead};
use super::products::Products;
use super::tiles::{Tile, Tiles};
use crate::kernels::conv::gradient::WeightGradient;
use crate::kernels::conv::microkernel::added;
use crate::kernels::conv::views::aligned;
use crate::kernels::gemm::prefetch::prefetch;
use crate::kernels::simd::vector::{MAX_LANES, Vector};

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
pub(crate) unsafe fn few_filters<V: Planes>(operands: &mut WeightGradient<'_, V::Element>) {
    let WeightGradient { shape, batch, filter, input, d_output, .. } = *operands;
    let kernel = &Kernel::new(shape, Pass::Forward);
    let plan = kernel.plan();
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
                let mut next = || match sums.next() {
                    // SAFETY: the caller guarantees the feature; there is a register in each chunk.
                    Some(sum) => unsafe { of_lanes(V::load(sum.as_ptr())) },
                    None => V::Element::zero(),
                };
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

impl<T: Float> Gradients<'_, T> {
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
        let plan = self.kernel.plan();
        let phase = self.kernel.phase((0, 0));
        let taps = phase.columns.len() * phase.strips.iter().map(|strip| strip.taps).sum::<usize>();
        let sums_len = sums.len() / self.filters;
        assert!((taps + 1) * V::LANES <= sums_len, "the sums");
        let columns = plan.grid.1;
        let mut row = 0;
        while row < plan.grid.0 {
            let rows = plan.band.min(plan.grid.0 - row);
            // A tile reads it across its rows, which the processor does not foresee.
            for filter in 0..self.filters {
                let first = filter * plan.destination_len + row * columns;
                prefetch(&self.d_output[first..][..rows * columns]);
            }
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
                    unsafe { self.tile::<V>(tile, copy, d_output, (sums, taps)) };
                }
            }
            row += plan.band;
        }
    }

    /// Adds the products of a tile.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`. The tile must be in
    /// the rows of `d_output`. There must be as many sums as taps, and another one.
    #[inline(always)]
    unsafe fn tile<V: Planes<Element = T>>(
        &self,
        tile: Tile,
        copy: &[T],
        d_output: &[T],
        (sums, taps): (&mut [T], usize),
    ) {
        let plan = self.kernel.plan();
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
            let mut values = [V::zero(); REGISTERS];
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
            V::add_gradients(&products, tile.registers, &values, sums);
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
