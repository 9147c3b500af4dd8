//! The gradient of the weights of groups with few filters, which would leave the registers of
//! [`gradient`](super::gradient) nearly empty: a depthwise convolution has one filter in each group.
//!
//! Registers hold adjacent places instead. Each weight is a dot product of the gradient of the output
//! and what the weight meets, which is contiguous in a view of the input (see
//! [`Plan`](super::plan::Plan)).

use num_traits::Zero;

use super::correlate::{Block, Blocks};
use super::correlation::Correlation;
use super::gradient::WeightGradient;
use super::microkernel::added;
use super::plan::{Plan, even_share};
use super::views::{Part, Table, aligned, fill};
use crate::kernels::simd::vector::{MAX_LANES, Vector};

/// Maximum number of filters of a group for which dot products are faster.
pub(super) const FEW_FILTERS: usize = 3;

/// Dot products at once, which hide the latency of each other's additions.
const DOTS: usize = 8;

/// Computes a gradient, with the arguments of [`weight_gradient`](super::gradient::weight_gradient).
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If a slice is too short.
#[inline(always)]
pub(super) unsafe fn few_filters<V: Vector>(operands: &mut WeightGradient<'_, V::Element>) {
    let WeightGradient { shape, batch, filter, input, d_output, .. } = *operands;
    let correlation = Correlation::forward(shape);
    let plan = Plan::new(&correlation);
    let views = &mut aligned(operands.scratch)[..plan.sample_views_len];
    let mut table = Table::new();
    let (rows, columns) = correlation.grid;
    let channel = filter / shape.group_filters() * shape.group_channels();
    let filters = operands.d_weights.chunks_exact(shape.filter_len()).len();
    operands.d_weights.fill(V::Element::zero());
    for sample in 0..batch {
        let plane = (sample * shape.channels + channel) * correlation.source_len();
        for row in (0..rows).step_by(plan.band) {
            let rows = plan.band.min(rows - row);
            let first = (sample * shape.filters + filter) * correlation.places() + row * columns;
            for Block { channel, channels, taps, .. } in Blocks::new(&correlation, &plan) {
                let part = Part { channel, channels, row, rows };
                if taps.0 == 0 {
                    // SAFETY: the caller guarantees the feature.
                    unsafe { fill::<V>(&correlation, &plan, part, &input[plane..], views) };
                }
                table.set(&correlation, &plan, taps);
                let Some((steps, _)) = table.of_channels(channels) else { continue };
                for filter in 0..filters {
                    let d_output = &d_output[first + filter * correlation.places()..];
                    let d_output = &d_output[..rows * columns];
                    let start = filter * shape.filter_len() + channel * shape.taps();
                    let d_weights = &mut operands.d_weights[start..];
                    for steps in steps.chunks(even_share(steps.len(), DOTS)) {
                        let met = |index: usize| &views[steps[index].b..][..d_output.len()];
                        // SAFETY: the caller guarantees the feature.
                        let sums = unsafe { some_dots::<V>(d_output, steps.len(), met) };
                        for (step, sum) in steps.iter().zip(sums) {
                            d_weights[step.a] = d_weights[step.a] + sum;
                        }
                    }
                }
            }
        }
    }
    if let Some(d_bias) = &mut operands.d_bias {
        let places = correlation.places();
        for (index, d_bias) in d_bias.iter_mut().enumerate() {
            *d_bias = V::Element::zero();
            for sample in 0..batch {
                let plane = (sample * shape.filters + filter + index) * places;
                // SAFETY: the caller guarantees the feature.
                *d_bias = *d_bias + unsafe { sum::<V>(&d_output[plane..][..places]) };
            }
        }
    }
}

/// The dot products of `d_output` and `count` slices of its length.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn some_dots<'a, V: Vector<Element: 'a>>(
    d_output: &[V::Element],
    count: usize,
    met: impl Fn(usize) -> &'a [V::Element],
) -> [V::Element; DOTS] {
    let mut all = [V::Element::zero(); DOTS];
    macro_rules! dots {
        ($($count:literal)*) => {
            match count {
                $($count => {
                    // SAFETY: the caller guarantees the feature.
                    let sums = unsafe { dots::<V, $count>(d_output, core::array::from_fn(met)) };
                    all[..$count].copy_from_slice(&sums);
                })*
                _ => {}
            }
        };
    }
    dots!(1 2 3 4 5 6 7 8);
    all
}

/// The dot products of `values` and each of `others`.
///
/// # Safety
///
/// The processor must have the feature of `V`.
///
/// # Panics
///
/// If one of the others has another length.
#[inline(always)]
unsafe fn dots<V: Vector, const N: usize>(
    values: &[V::Element],
    others: [&[V::Element]; N],
) -> [V::Element; N] {
    assert!(others.iter().all(|other| other.len() == values.len()), "dot products");
    let whole = values.len() / V::LANES * V::LANES;
    let others = others.map(<[V::Element]>::as_ptr);
    // SAFETY: the caller guarantees the feature. All slices have the length of `values`, which no
    // register exceeds.
    unsafe {
        let mut sums = [V::zero(); N];
        for place in (0..whole).step_by(V::LANES) {
            let value = V::load(values.as_ptr().add(place));
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum = sum.mul_add(value, V::load(other.add(place)));
            }
        }
        let rest = values.len() - whole;
        if rest > 0 {
            let value = V::load_part(values.as_ptr().add(whole), rest);
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum = sum.mul_add(value, V::load_part(other.add(whole), rest));
            }
        }
        sums.map(|sum| of_lanes(sum))
    }
}

/// The sum of the numbers.
///
/// # Safety
///
/// The processor must have the feature of `V`.
#[inline(always)]
unsafe fn sum<V: Vector>(values: &[V::Element]) -> V::Element {
    // Several sums, so that an addition need not wait for the previous one.
    let (chunks, rest) = (values.chunks_exact(4 * V::LANES), values.len() % (4 * V::LANES));
    // SAFETY: the caller guarantees the feature; a chunk has four registers.
    unsafe {
        let mut sums = [V::zero(); 4];
        for chunk in chunks {
            for (index, sum) in sums.iter_mut().enumerate() {
                *sum = added(*sum, V::load(chunk.as_ptr().add(index * V::LANES)));
            }
        }
        let [a, b, c, d] = sums;
        let sum = of_lanes(added(added(a, b), added(c, d)));
        values[values.len() - rest..].iter().fold(sum, |sum, &value| sum + value)
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
