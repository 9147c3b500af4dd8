//! The gradient of the input, which is also the forward pass of a transposed convolution.

use super::affine::{self, is_affine};
use super::correlate::Correlate;
use super::correlation::Correlation;
use super::depthwise::{Depthwise, Pass, is_depthwise};
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
/// samples.
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
    for_samples(samples, &|source, destination, scratch| {
        for row in 0..shape.vertical().phases() {
            for column in 0..shape.horizontal().phases() {
                let correlation = Correlation::backward(shape, (row, column));
                let plan = Plan::new(&correlation);
                T::correlate(&mut Correlate {
                    correlation: &correlation,
                    plan: &plan,
                    groups: shape.groups,
                    source,
                    weights,
                    bias: None,
                    is_rectified: false,
                    destination,
                    scratch,
                });
            }
        }
    });
}

instantiate!(
    fn(&Conv2dShape, usize, &[T], &[T], &mut [T], &mut [T]) = backward_input::<T>
);
