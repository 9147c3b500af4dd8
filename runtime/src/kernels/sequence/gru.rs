//! Gated recurrent units (Cho et al., 2014).

use super::steps::{Steps, rows_at, sigmoid};
use crate::kernels::elementwise::vectorised;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Matrix, matmul};

/// The forward pass of a GRU, as PyTorch's. `gates` are the products of the inputs of all steps, with
/// their bias: the reset, update and new gate of each hidden number. They are replaced by their
/// values, and `recurrent` (`batch × time × 3 hidden`) by the products of the hidden states.
/// `scratch` is memory of `batch × 3 hidden`.
///
/// ```text
/// r, z = σ(x·W + b + h·W' + b')    n = tanh(x·W + b + r (h·W' + b'))
/// h ← (1 - z) n + z h
/// ```
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn gru<T: Scalar>(
    steps: Steps,
    weight: &[T],
    bias: &[T],
    gates: &mut [T],
    recurrent: &mut [T],
    output: &mut [T],
    scratch: &mut [T],
) {
    for step in steps.first..steps.time {
        gru_at(steps, step, (weight, bias), gates, recurrent, output, scratch);
    }
}

/// One step of [`gru`].
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn gru_at<T: Scalar>(
    steps: Steps,
    step: usize,
    (weight, bias): (&[T], &[T]),
    gates: &mut [T],
    recurrent: &mut [T],
    output: &mut [T],
    scratch: &mut [T],
) {
    steps.recurrent(output, step, weight, bias, scratch);
    gru_step(steps, step, scratch, gates, recurrent, output);
}

vectorised! {
    fn gru_step<T: Scalar>(
        steps: Steps,
        step: usize,
        products: &[T],
        gates: &mut [T],
        recurrent: &mut [T],
        output: &mut [T]
    ) {
        let (hidden, one) = (steps.hidden, T::one());
        let rows = products
            .chunks_exact(3 * hidden)
            .zip(rows_at!(mut gates, steps, step, 3 * hidden))
            .zip(rows_at!(mut recurrent, steps, step, 3 * hidden))
            .zip(output.chunks_exact_mut(steps.time * hidden));
        for (((products, gates), recurrent), output) in rows {
            recurrent.copy_from_slice(products);
            let (sums, new) = gates.split_at_mut(2 * hidden);
            for (gate, &more) in sums.iter_mut().zip(products) {
                *gate = sigmoid(*gate + more);
            }
            let (reset, update) = sums.split_at(hidden);
            for ((n, &r), &more) in new.iter_mut().zip(reset).zip(&products[2 * hidden..]) {
                *n = (*n + r * more).tangent();
            }
            let (before, here) = output.split_at_mut(step * hidden);
            let here = &mut here[..hidden];
            for (h, (&z, &n)) in here.iter_mut().zip(update.iter().zip(&*new)) {
                *h = (one - z) * n;
            }
            if step > 0 {
                let before = &before[(step - 1) * hidden..];
                for (h, (&z, &before)) in here.iter_mut().zip(update.iter().zip(before)) {
                    *h += z * before;
                }
            }
        }
    }
}

/// The backward pass of [`gru`] through time: replaces the gates by the gradients of the sums of the
/// inputs, and `recurrent` by those of the products of the hidden states. `transposed` is the weight,
/// transposed; `dhidden` and `more` are scratch memory of `batch × hidden`.
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn gru_back<T: Scalar>(
    steps: Steps,
    transposed: &[T],
    gates: &mut [T],
    recurrent: &mut [T],
    (output, dout): (&[T], &[T]),
    (dhidden, more): (&mut [T], &mut [T]),
) {
    steps.clear_given(gates);
    steps.clear_given(recurrent);
    dhidden.fill(T::zero());
    more.fill(T::zero());
    for step in (steps.first..steps.time).rev() {
        gru_step_back(steps, step, gates, recurrent, output, dout, dhidden, more);
        if step > steps.first {
            let drecurrent = steps.at(recurrent, step, steps.width());
            matmul(drecurrent, Matrix::new(transposed, steps.width(), steps.hidden), None, more);
        }
    }
}

vectorised! {
    /// `dhidden` is the part of the gradient of the state that the update gate passes on, and `more`
    /// that of the products.
    #[expect(clippy::too_many_arguments, reason = "the values of a step, and their gradients")]
    fn gru_step_back<T: Scalar>(
        steps: Steps,
        step: usize,
        gates: &mut [T],
        recurrent: &mut [T],
        output: &[T],
        dout: &[T],
        dhidden: &mut [T],
        more: &[T]
    ) {
        let (hidden, one) = (steps.hidden, T::one());
        let rows = rows_at!(mut gates, steps, step, 3 * hidden)
            .zip(rows_at!(mut recurrent, steps, step, 3 * hidden))
            .zip(output.chunks_exact(steps.time * hidden))
            .zip(rows_at!(dout, steps, step, hidden))
            .zip(dhidden.chunks_exact_mut(hidden))
            .zip(more.chunks_exact(hidden));
        for (((((gates, recurrent), output), dout), dhidden), more) in rows {
            let (reset, rest) = gates.split_at_mut(hidden);
            let (update, new) = rest.split_at_mut(hidden);
            let (of_sums, of_new) = recurrent.split_at_mut(2 * hidden);
            let (of_reset, of_update) = of_sums.split_at_mut(hidden);
            let before = (step > 0).then(|| &output[(step - 1) * hidden..][..hidden]);
            for at in 0..hidden {
                let (r, z, n) = (reset[at], update[at], new[at]);
                let dh = dout[at] + dhidden[at] + more[at];
                let dn = dh * (one - z) * (one - n) * (one + n);
                let h = before.map_or(T::zero(), |before| before[at]);
                let dz = dh * (h - n) * z * (one - z);
                let dr = dn * of_new[at] * r * (one - r);
                (reset[at], update[at], new[at]) = (dr, dz, dn);
                (of_reset[at], of_update[at], of_new[at]) = (dr, dz, dn * r);
                dhidden[at] = dh * z;
            }
        }
    }
}

instantiate!(fn(Steps, &[T], &[T], &mut [T], &mut [T], &mut [T], &mut [T]) = gru::<T>);
instantiate!(
    fn(Steps, &[T], &mut [T], &mut [T], (&[T], &[T]), (&mut [T], &mut [T])) = gru_back::<T>
);
instantiate!(
    fn(Steps, usize, (&[T], &[T]), &mut [T], &mut [T], &mut [T], &mut [T]) = gru_at::<T>
);
