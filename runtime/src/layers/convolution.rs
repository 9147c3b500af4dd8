//! The passes that all convolutions have in common, with weights and biases as slices. No biases are an
//! empty slice.

use super::window::MAX_THREADS;
use crate::kernels::conv::{self, Conv2dShape};
use crate::kernels::scalar::Scalar;
use crate::params::const_table::{Field, TensorTable};
use crate::params::tensor::TensorInfo;

/// The scratch memory of all threads, and for packed weights.
pub(super) const fn scratch_len(shape: &Conv2dShape) -> usize {
    shape.packed_len() + MAX_THREADS * shape.scratch_len()
}

/// The tensors `weight` and `bias` of a struct, each with its offset in bytes. There is no `bias` if
/// it has no numbers.
pub(super) const fn table<T>(
    (weight, weights): (usize, &'static [TensorInfo]),
    (bias, biases): (usize, &'static [TensorInfo]),
) -> TensorTable {
    if biases[0].is_empty() {
        return TensorTable::new::<T>(&[("weight", weight, weights, Field::Trained)]);
    }
    TensorTable::new::<T>(&[
        ("weight", weight, weights, Field::Trained),
        ("bias", bias, biases, Field::Trained),
    ])
}

/// `None` for no biases.
pub(super) fn some<T>(bias: &[T]) -> Option<&[T]> {
    (!bias.is_empty()).then_some(bias)
}

/// `output = input * weight + bias`.
pub(super) fn forward<T: Scalar>(
    shape: &Conv2dShape,
    input: &[T],
    (weight, bias): (&[T], &[T]),
    output: &mut [T],
    scratch: &mut [T],
) {
    let batch = input.len() / shape.input_len();
    conv::forward(shape, batch, input, weight, some(bias), output, scratch);
}

/// `output = max(input * weight + bias, 0)`.
pub(super) fn forward_relu<T: Scalar>(
    shape: &Conv2dShape,
    input: &[T],
    (weight, bias): (&[T], &[T]),
    output: &mut [T],
    scratch: &mut [T],
) {
    let batch = input.len() / shape.input_len();
    conv::forward_relu(shape, batch, input, weight, some(bias), output, scratch);
}

/// Numbers of the outputs of the samples in a group: half of the second-level cache (`f32`, Zen 5).
const NUMBERS_OF_GROUP: usize = 1 << 17;

/// Samples in a group: all, if the gradients of groups cannot be added.
pub(super) const fn group(shape: &Conv2dShape) -> usize {
    if !shape.can_add() {
        return usize::MAX;
    }
    let samples = NUMBERS_OF_GROUP / shape.output_len();
    if samples == 0 { 1 } else { samples }
}

/// The gradients of `weight` and `bias`, which are added to those of other samples if it `adds`, and that
/// of the input if `dinput` is given.
pub(super) fn backward<T: Scalar>(
    shape: &Conv2dShape,
    (input, weight): (&[T], &[T]),
    dout: &[T],
    (dweight, dbias, adds): (&mut [T], &mut [T], bool),
    dinput: Option<&mut [T]>,
    scratch: &mut [T],
) {
    let batch = input.len() / shape.input_len();
    let dbias = (!dbias.is_empty()).then_some(dbias);
    conv::backward_weights(shape, batch, input, dout, (dweight, dbias, adds), scratch);
    if let Some(dinput) = dinput {
        conv::backward_input(shape, batch, weight, dout, dinput, scratch);
    }
}
