//! Recurrent layers without gates (Elman, 1990).

use super::steps::{Steps, rows_at};
use crate::kernels::elementwise::vectorised;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Matrix, matmul};

/// The forward pass of an Elman network, `h ← tanh(x·W + b + h·W' + b')`, as PyTorch's `RNN`.
/// `output` has the products of the inputs of all steps, with their bias, and is replaced by the
/// hidden states. `scratch` is memory of `batch × hidden`.
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn rnn<T: Scalar>(
    steps: Steps,
    weight: &[T],
    bias: &[T],
    output: &mut [T],
    scratch: &mut [T],
) {
    for step in steps.first..steps.time {
        rnn_at(steps, step, (weight, bias), output, scratch);
    }
}

/// One step of [`rnn`].
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn rnn_at<T: Scalar>(
    steps: Steps,
    step: usize,
    (weight, bias): (&[T], &[T]),
    output: &mut [T],
    scratch: &mut [T],
) {
    steps.recurrent(output, step, weight, bias, scratch);
    rnn_step(steps, step, scratch, output);
}

vectorised! {
    fn rnn_step<T: Scalar>(steps: Steps, step: usize, products: &[T], output: &mut [T]) {
        let hidden = steps.hidden;
        let rows = products.chunks_exact(hidden).zip(rows_at!(mut output, steps, step, hidden));
        for (products, output) in rows {
            for (h, &more) in output.iter_mut().zip(products) {
                *h = (*h + more).tangent();
            }
        }
    }
}

/// The backward pass of [`rnn`] through time: replaces the gradients of the hidden states in `dout` by
/// those of the sums. `transposed` is the weight, transposed; `dhidden` is scratch memory of
/// `batch × hidden`.
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn rnn_back<T: Scalar>(
    steps: Steps,
    transposed: &[T],
    output: &[T],
    dout: &mut [T],
    dhidden: &mut [T],
) {
    steps.clear_given(dout);
    dhidden.fill(T::zero());
    for step in (steps.first..steps.time).rev() {
        rnn_step_back(steps, step, output, dout, dhidden);
        if step > steps.first {
            let dsums = steps.at(dout, step, steps.hidden);
            matmul(dsums, Matrix::new(transposed, steps.hidden, steps.hidden), None, dhidden);
        }
    }
}

vectorised! {
    fn rnn_step_back<T: Scalar>(
        steps: Steps,
        step: usize,
        output: &[T],
        dout: &mut [T],
        dhidden: &[T]
    ) {
        let (hidden, one) = (steps.hidden, T::one());
        let rows = rows_at!(output, steps, step, hidden)
            .zip(rows_at!(mut dout, steps, step, hidden))
            .zip(dhidden.chunks_exact(hidden));
        for ((output, dout), dhidden) in rows {
            for ((d, &y), &more) in dout.iter_mut().zip(output).zip(dhidden) {
                *d = (*d + more) * (one - y) * (one + y);
            }
        }
    }
}

instantiate!(fn(Steps, &[T], &[T], &mut [T], &mut [T]) = rnn::<T>);
instantiate!(fn(Steps, &[T], &[T], &mut [T], &mut [T]) = rnn_back::<T>);
instantiate!(fn(Steps, usize, (&[T], &[T]), &mut [T], &mut [T]) = rnn_at::<T>);
