//! Convolutions with a kernel as large as the input: each sample is a row of a matrix, as in an
//! affine layer. A sample has a single place, which would leave registers of places nearly empty.

use super::shape::{Conv2dShape, Padding};
use crate::kernels::gemm::matmul::{matmul, matmul_relu};
use crate::kernels::gemm::matrix::Matrix;
use crate::kernels::scalar::Scalar;
use crate::kernels::sums::add_rows;

/// Whether the kernel covers the whole input.
pub(super) const fn is_affine(shape: &Conv2dShape) -> bool {
    let Padding { top, bottom, left, right } = shape.padding;
    shape.groups == 1
        && shape.kernel.0 == shape.height
        && shape.kernel.1 == shape.width
        && top + bottom + left + right == 0
}

/// The forward pass.
pub(super) fn forward<T: Scalar>(
    shape: &Conv2dShape,
    (input, weights, bias, is_rectified): (&[T], &[T], Option<&[T]>, bool),
    output: &mut [T],
) {
    let (input, weights) = (samples(shape, input), filters(shape, weights).transposed());
    if is_rectified {
        matmul_relu(input, weights, bias, output);
    } else {
        matmul(input, weights, bias, output);
    }
}

/// The gradient of the input.
pub(super) fn backward_input<T: Scalar>(
    shape: &Conv2dShape,
    weights: &[T],
    d_output: &[T],
    d_input: &mut [T],
) {
    matmul(places(shape, d_output), filters(shape, weights), None, d_input);
}

/// The gradients of weights and bias.
pub(super) fn backward_weights<T: Scalar>(
    shape: &Conv2dShape,
    input: &[T],
    d_output: &[T],
    d_weights: &mut [T],
    d_bias: Option<&mut [T]>,
) {
    let gradients = places(shape, d_output).transposed();
    matmul(gradients, samples(shape, input), None, d_weights);
    if let Some(d_bias) = d_bias {
        add_rows(d_output, d_bias);
    }
}

fn samples<'a, T>(shape: &Conv2dShape, input: &'a [T]) -> Matrix<'a, T> {
    Matrix::new(input, input.len() / shape.filter_len(), shape.filter_len())
}

fn places<'a, T>(shape: &Conv2dShape, output: &'a [T]) -> Matrix<'a, T> {
    Matrix::new(output, output.len() / shape.filters, shape.filters)
}

fn filters<'a, T>(shape: &Conv2dShape, weights: &'a [T]) -> Matrix<'a, T> {
    Matrix::new(weights, shape.filters, shape.filter_len())
}
