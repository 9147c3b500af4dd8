//! Long short-term memory (Hochreiter and Schmidhuber, 1997; Gers et al., 2000).

use super::steps::{Steps, rows_at, sigmoid};
use crate::kernels::elementwise::vectorised;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Matrix, matmul};

/// The forward pass of an LSTM, as PyTorch's. `gates` are the products of the inputs of all steps,
/// with their bias: the input, forget, cell and output gate of each hidden number. They are replaced
/// by their values. `cells` and `tangents` (`batch × time × hidden`) receive the states of the cells
/// and their `tanh`, `output` the hidden states. `recurrent` is scratch memory of `batch × 4 hidden`.
///
/// ```text
/// i, f, o = σ(x·Wᵢ + h·W + b)    g = tanh(x·W + h·W + b)
/// c ← f c + i g                  h ← o tanh c
/// ```
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn lstm<T: Scalar>(
    steps: Steps,
    weight: &[T],
    bias: &[T],
    gates: &mut [T],
    (cells, tangents): (&mut [T], &mut [T]),
    output: &mut [T],
    recurrent: &mut [T],
) {
    for step in steps.first..steps.time {
        lstm_at(
            steps,
            step,
            (weight, bias),
            gates,
            (&mut *cells, &mut *tangents),
            output,
            recurrent,
        );
    }
}

/// One step of [`lstm`].
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn lstm_at<T: Scalar>(
    steps: Steps,
    step: usize,
    (weight, bias): (&[T], &[T]),
    gates: &mut [T],
    (cells, tangents): (&mut [T], &mut [T]),
    output: &mut [T],
    recurrent: &mut [T],
) {
    steps.recurrent(output, step, weight, bias, recurrent);
    lstm_step(steps, step, recurrent, gates, cells, tangents, output);
}

vectorised! {
    fn lstm_step<T: Scalar>(
        steps: Steps,
        step: usize,
        recurrent: &[T],
        gates: &mut [T],
        cells: &mut [T],
        tangents: &mut [T],
        output: &mut [T]
    ) {
        let hidden = steps.hidden;
        let rows = recurrent
            .chunks_exact(4 * hidden)
            .zip(rows_at!(mut gates, steps, step, 4 * hidden))
            .zip(cells.chunks_exact_mut(steps.time * hidden))
            .zip(rows_at!(mut tangents, steps, step, hidden))
            .zip(rows_at!(mut output, steps, step, hidden));
        for ((((recurrent, gates), cells), tangents), output) in rows {
            for (gate, &more) in gates.iter_mut().zip(recurrent) {
                *gate += more;
            }
            let (input, rest) = gates.split_at_mut(hidden);
            let (forget, rest) = rest.split_at_mut(hidden);
            let (cell, out) = rest.split_at_mut(hidden);
            for gate in [&mut *input, &mut *forget, &mut *out] {
                for x in gate {
                    *x = sigmoid(*x);
                }
            }
            for x in &mut *cell {
                *x = x.tangent();
            }
            let (before, here) = cells.split_at_mut(step * hidden);
            let here = &mut here[..hidden];
            for (c, (&i, &g)) in here.iter_mut().zip(input.iter().zip(&*cell)) {
                *c = i * g;
            }
            if step > 0 {
                let before = &before[(step - 1) * hidden..];
                for (c, (&f, &before)) in here.iter_mut().zip(forget.iter().zip(before)) {
                    *c += f * before;
                }
            }
            for ((t, h), (&c, &o)) in
                tangents.iter_mut().zip(output).zip(here.iter().zip(&*out))
            {
                *t = c.tangent();
                *h = o * *t;
            }
        }
    }
}

/// The backward pass of [`lstm`] through time: replaces the gates by the gradients of their sums, and
/// the `tanh` of the cells by the hidden states. `transposed` is the weight, transposed; `dhidden` and
/// `dcell` are scratch memory of `batch × hidden`.
///
/// # Panics
///
/// If the lengths do not match.
#[inline(never)]
pub(crate) fn lstm_back<T: Scalar>(
    steps: Steps,
    transposed: &[T],
    gates: &mut [T],
    (cells, tangents): (&[T], &mut [T]),
    dout: &[T],
    (dhidden, dcell): (&mut [T], &mut [T]),
) {
    steps.clear_given(gates);
    dhidden.fill(T::zero());
    dcell.fill(T::zero());
    for step in (steps.first..steps.time).rev() {
        lstm_step_back(steps, step, gates, cells, tangents, dout, dhidden, dcell);
        if step > steps.first {
            let dgates = steps.at(gates, step, steps.width());
            matmul(dgates, Matrix::new(transposed, steps.width(), steps.hidden), None, dhidden);
        }
    }
}

vectorised! {
    #[expect(clippy::too_many_arguments, reason = "the values of a step, and their gradients")]
    fn lstm_step_back<T: Scalar>(
        steps: Steps,
        step: usize,
        gates: &mut [T],
        cells: &[T],
        tangents: &mut [T],
        dout: &[T],
        dhidden: &mut [T],
        dcell: &mut [T]
    ) {
        let (hidden, one) = (steps.hidden, T::one());
        let rows = rows_at!(mut gates, steps, step, 4 * hidden)
            .zip(cells.chunks_exact(steps.time * hidden))
            .zip(rows_at!(mut tangents, steps, step, hidden))
            .zip(rows_at!(dout, steps, step, hidden))
            .zip(dhidden.chunks_exact(hidden))
            .zip(dcell.chunks_exact_mut(hidden));
        for (((((gates, cells), tangents), dout), dhidden), dcell) in rows {
            let (input, rest) = gates.split_at_mut(hidden);
            let (forget, rest) = rest.split_at_mut(hidden);
            let (cell, out) = rest.split_at_mut(hidden);
            for (((dc, o), tangent), (&dy, &more)) in
                dcell.iter_mut().zip(out).zip(tangents).zip(dout.iter().zip(dhidden))
            {
                let (dh, gate, t): (T, T, T) = (dy + more, *o, *tangent);
                *dc += dh * gate * (one - t) * (one + t);
                *o = dh * t * gate * (one - gate);
                *tangent = gate * t;
            }
            let before = (step > 0).then(|| &cells[(step - 1) * hidden..][..hidden]);
            for (((i, g), f), (dc, at)) in
                input.iter_mut().zip(cell).zip(forget).zip(dcell.iter_mut().zip(0..))
            {
                let (x, y): (T, T) = (*i, *g);
                *i = *dc * y * x * (one - x);
                *g = *dc * x * (one - y) * (one + y);
                let (gate, c): (T, T) = (*f, before.map_or(T::zero(), |before| before[at]));
                *f = *dc * c * gate * (one - gate);
                *dc *= gate;
            }
        }
    }
}

instantiate!(
    fn(Steps, &[T], &[T], &mut [T], (&mut [T], &mut [T]), &mut [T], &mut [T]) = lstm::<T>
);
instantiate!(
    fn(Steps, &[T], &mut [T], (&[T], &mut [T]), &[T], (&mut [T], &mut [T])) = lstm_back::<T>
);
instantiate!(
    fn(Steps, usize, (&[T], &[T]), &mut [T], (&mut [T], &mut [T]), &mut [T], &mut [T]) = lstm_at::<T>
);
