//! The gradient of the input, which is also the forward pass of a transposed convolution.

use super::affine::{self, is_affine};
use super::correlate::Correlate;
use super::correlation::Correlation;
use super::depthwise::{Depthwise, Pass, is_depthwise};
use super::packed::{Pack, room_to_pack};
use super::parallel::{Samples, for_samples};
use super::plan::Plan;
use super::shape::Conv2dShape;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

/// Replaces `d_input` by the gradient of the input, for each of `batch` samples.
///
/// # Panics
///
/// If the shape is not valid, or a slice has another length. `scratch` must have at least
/// [`Conv2dShape::scratch_len`] numbers; with a multiple of it, that many threads can share the
/// samples. With [`Conv2dShape::packed_len`] more, weights are packed if that pays.
#[inline(never)]
pub(crate) fn backward_input<T: Scalar>(
    shape: &Conv2dShape,
    batch: usize,
    weights: &[T],
    d_output: &[T],
    d_input: &mut [T],
    scratch: &mut [T],
) {
    assert!(shape.is_valid(), "{shape:?}");
    assert_eq!(weights.len(), shape.weights_len(), "the weights of a convolution");
    assert_eq!(d_output.len(), batch * shape.output_len(), "the output of a convolution");
    assert_eq!(d_input.len(), batch * shape.input_len(), "the input of a convolution");
    if is_affine(shape) {
        return affine::backward_input(shape, weights, d_output, d_input);
    }
    let samples = Samples {
        source: d_output,
        source_len: shape.output_len(),
        destination: d_input,
        destination_len: shape.input_len(),
        scratch,
        scratch_len: shape.scratch_len(),
        flops: shape.flops(),
    };
    if is_depthwise(shape) {
        return for_samples(samples, &|source, destination, scratch| {
            T::depthwise(&mut Depthwise {
                shape,
                pass: Pass::Backward,
                source,
                weights,
                bias: None,
                is_rectified: false,
                destination,
                scratch,
            });
        });
    }
    let (packed, scratch) = room_to_pack(shape, batch, samples.scratch);
    pack_phases(shape, weights, packed);
    let packed = &*packed;
    for_samples(Samples { scratch, ..samples }, &|source, destination, scratch| {
        // All phases of some samples, so that the caches hold what the phases share.
        let has_phases = shape.vertical().phases() * shape.horizontal().phases() > 1;
        let at_once = if has_phases { (AT_ONCE / shape.input_len()).max(1) } else { batch.max(1) };
        let sources = source.chunks(at_once * shape.output_len());
        let destinations = destination.chunks_mut(at_once * shape.input_len());
        for (source, destination) in sources.zip(destinations) {
            all_phases(shape, (weights, packed), source, destination, scratch);
        }
    });
}

/// Numbers of the input of the samples at once, if there are several phases: half of the
/// second-level cache (`f32`, Zen 5).
const AT_ONCE: usize = 1 << 17;

/// The phases that meet the kernel.
fn phases(shape: &Conv2dShape) -> impl Iterator<Item = Correlation> {
    let (rows, columns) = (shape.vertical().phases(), shape.horizontal().phases());
    (0..rows)
        .flat_map(move |row| (0..columns).map(move |column| (row, column)))
        .map(|phase| Correlation::backward(shape, phase))
        .filter(|correlation| correlation.taps_len() > 0)
}

/// Packs the weights of each phase, if there is room.
fn pack_phases<T: Scalar>(shape: &Conv2dShape, weights: &[T], mut packed: &mut [T]) {
    if packed.is_empty() {
        return;
    }
    for correlation in phases(shape) {
        let of_phase;
        (of_phase, packed) = packed.split_at_mut(correlation.weights_len(shape.groups));
        let plan = Plan::new(&correlation, true);
        if plan.is_packed {
            T::pack(&mut Pack {
                correlation: &correlation,
                plan: &plan,
                groups: shape.groups,
                weights,
                packed: of_phase,
            });
        }
    }
}

/// Computes each phase of some samples, with the weights and those that were packed, if there was
/// room.
fn all_phases<T: Scalar>(
    shape: &Conv2dShape,
    (weights, mut packed): (&[T], &[T]),
    source: &[T],
    destination: &mut [T],
    scratch: &mut [T],
) {
    if phases(shape).count() < shape.vertical().phases() * shape.horizontal().phases() {
        destination.fill(T::zero());
    }
    for correlation in phases(shape) {
        let plan = Plan::new(&correlation, !packed.is_empty());
        let of_phase;
        let len = if packed.is_empty() { 0 } else { correlation.weights_len(shape.groups) };
        (of_phase, packed) = packed.split_at(len);
        T::correlate(&mut Correlate {
            correlation: &correlation,
            plan: &plan,
            groups: shape.groups,
            source,
            weights: if plan.is_packed { of_phase } else { weights },
            bias: None,
            is_rectified: false,
            destination: &mut *destination,
            scratch: &mut *scratch,
        });
    }
}

instantiate!(
    fn(&Conv2dShape, usize, &[T], &[T], &mut [T], &mut [T]) = backward_input::<T>
);
