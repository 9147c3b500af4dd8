//! The forward pass.

use super::correlate::Correlate;
use super::correlation::Correlation;
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
/// samples.
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
    let correlation = Correlation::forward(shape);
    let plan = Plan::new(&correlation);
    let samples = Samples {
        source: input,
        source_len: shape.input_len(),
        destination: output,
        destination_len: shape.output_len(),
        scratch,
        scratch_len: shape.scratch_len(),
        flops: shape.flops(),
    };
    for_samples(samples, &|source, destination, scratch| {
        for group in 0..shape.groups {
            let filters = group * shape.group_filters()..(group + 1) * shape.group_filters();
            T::correlate(&mut Correlate {
                correlation: &correlation,
                plan: &plan,
                source: part(source, group, shape.groups),
                weights: part(weights, group, shape.groups),
                bias: bias.map(|bias| &bias[filters.clone()]),
                is_rectified,
                destination: part_mut(destination, group, shape.groups),
                scratch,
            });
        }
    });
}

instantiate!(fn(&Conv2dShape, usize, Factors<'_, T>, &mut [T], &mut [T]) = pass::<T>);

/// One of equal parts.
pub(super) fn part<T>(values: &[T], index: usize, parts: usize) -> &[T] {
    let len = values.len() / parts;
    &values[index * len..][..len]
}

/// One of equal parts.
pub(super) fn part_mut<T>(values: &mut [T], index: usize, parts: usize) -> &mut [T] {
    let len = values.len() / parts;
    &mut values[index * len..][..len]
}
