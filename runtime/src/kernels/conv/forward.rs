//! The forward pass.

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

/// `output = input * weights + bias`, for each of `batch` samples.
///
/// # Panics
///
/// If the shape is not valid, or a slice has another length. `scratch` must have at least
/// [`Conv2dShape::scratch_len`] numbers; with a multiple of it, that many threads can share the
/// samples. With [`Conv2dShape::packed_len`] more, weights are packed if that pays.
pub(crate) fn forward<T: Scalar>(
    shape: &Conv2dShape,
    batch: usize,
    input: &[T],
    weights: &[T],
    bias: Option<&[T]>,
    output: &mut [T],
    scratch: &mut [T],
) {
    pass(shape, batch, (input, weights, bias, false), output, scratch);
}

/// `output = max(input * weights + bias, 0)`, as [`forward`]. NaN stays NaN.
///
/// # Panics
///
/// As [`forward`].
pub(crate) fn forward_relu<T: Scalar>(
    shape: &Conv2dShape,
    batch: usize,
    input: &[T],
    weights: &[T],
    bias: Option<&[T]>,
    output: &mut [T],
    scratch: &mut [T],
) {
    pass(shape, batch, (input, weights, bias, true), output, scratch);
}

/// Input, weights, bias, and whether the output is rectified.
type Factors<'a, T> = (&'a [T], &'a [T], Option<&'a [T]>, bool);

#[inline(never)]
fn pass<T: Scalar>(
    shape: &Conv2dShape,
    batch: usize,
    (input, weights, bias, is_rectified): Factors<'_, T>,
    output: &mut [T],
    scratch: &mut [T],
) {
    assert!(shape.is_valid(), "{shape:?}");
    assert_eq!(input.len(), batch * shape.input_len(), "the input of a convolution");
    assert_eq!(weights.len(), shape.weights_len(), "the weights of a convolution");
    assert_eq!(output.len(), batch * shape.output_len(), "the output of a convolution");
    assert!(bias.is_none_or(|bias| bias.len() == shape.filters), "the bias of a convolution");
    if is_affine(shape) {
        return affine::forward(shape, (input, weights, bias, is_rectified), output);
    }
    let samples = Samples {
        source: input,
        source_len: shape.input_len(),
        destination: output,
        destination_len: shape.output_len(),
        scratch,
        scratch_len: shape.scratch_len(),
        flops: shape.flops(),
    };
    if is_depthwise(shape) {
        return for_samples(samples, &|source, destination, scratch| {
            T::depthwise(&mut Depthwise {
                shape,
                pass: Pass::Forward,
                source,
                weights,
                bias,
                is_rectified,
                destination,
                scratch,
            });
        });
    }
    let correlation = Correlation::forward(shape);
    let (packed, scratch) = room_to_pack(shape, batch, samples.scratch);
    let plan = Plan::new(&correlation, !packed.is_empty());
    let weights = if plan.is_packed {
        T::pack(&mut Pack {
            correlation: &correlation,
            plan: &plan,
            groups: shape.groups,
            weights,
            packed: &mut *packed,
        });
        packed
    } else {
        weights
    };
    let samples = Samples { scratch, ..samples };
    for_samples(samples, &|source, destination, scratch| {
        T::correlate(&mut Correlate {
            correlation: &correlation,
            plan: &plan,
            groups: shape.groups,
            source,
            weights,
            bias,
            is_rectified,
            destination,
            scratch,
        });
    });
}

instantiate!(fn(&Conv2dShape, usize, Factors<'_, T>, &mut [T], &mut [T]) = pass::<T>);
