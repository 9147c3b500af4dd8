//! Recurrent layers that continue from batch to batch: the state after a batch is a step that is
//! given before the first of the next batch.

use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::Steps;
use crate::params::tensor::Tensors;

/// A recurrent layer, for any number of steps.
pub(super) trait Recurrent<T: Scalar>: Tensors<T> {
    /// Features of a step of the input.
    const FEATURES: usize;
    /// Hidden numbers of a step.
    const HIDDEN: usize;
    /// The gates of each hidden number.
    const GATES: usize;
    /// Numbers of the state: the hidden ones, then those of cells.
    const STATE: usize;

    /// Computes the hidden states of the steps that are not given.
    fn run(&self, steps: Steps, input: &[T], output: &mut [T], saved: &mut [T]);

    /// The backward pass of [`run`](Recurrent::run). The gradients of given steps are ignored.
    fn run_back(
        &self,
        steps: Steps,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    );

    /// The cells of all steps, in what is saved.
    fn cells(_steps: Steps, _saved: &mut [T]) -> &mut [T] {
        &mut []
    }
}

/// What a layer of `time` steps saves per sample, if its steps save `steps`. One that carries its state
/// also saves the state, and the input, its gradient and the output with the step before.
pub(super) const fn saved<T: Scalar, L: Recurrent<T>>(
    time: usize,
    carries: bool,
    steps: usize,
) -> usize {
    match carries {
        true => L::STATE + (time + 1) * (2 * L::FEATURES + L::HIDDEN) + steps,
        false => steps,
    }
}

/// The sizes of a batch of sequences of `time` steps.
pub(super) fn whole<T: Scalar, L: Recurrent<T>>(time: usize, input: &[T]) -> Steps {
    let batch = input.len() / (time * L::FEATURES);
    Steps { batch, time, hidden: L::HIDDEN, gates: L::GATES, first: 0 }
}

/// The same with the step before them, for `batch` samples.
fn continued<T: Scalar, L: Recurrent<T>>(time: usize, batch: usize) -> Steps {
    Steps { batch, time: time + 1, hidden: L::HIDDEN, gates: L::GATES, first: 1 }
}

/// The parts of what such a layer saves.
struct Saved<'s, T> {
    /// The state after the batch before. It is kept from batch to batch, and 0 before the first.
    state: &'s mut [T],
    input: &'s mut [T],
    dinput: &'s mut [T],
    output: &'s mut [T],
    /// Of the steps.
    rest: &'s mut [T],
}

impl<'s, T: Scalar> Saved<'s, T> {
    fn of<L: Recurrent<T>>(steps: Steps, saved: &'s mut [T]) -> Saved<'s, T> {
        let rows = steps.rows();
        let (state, saved) = saved.split_at_mut(steps.batch * L::STATE);
        let (input, saved) = saved.split_at_mut(rows * L::FEATURES);
        let (dinput, saved) = saved.split_at_mut(rows * L::FEATURES);
        let (output, rest) = saved.split_at_mut(rows * L::HIDDEN);
        Saved { state, input, dinput, output, rest }
    }
}

/// Copies the rows of each sample to those after the first of `to`, which becomes 0.
fn with_given<T: Scalar>(rows: &[T], to: &mut [T], time: usize, width: usize) {
    let samples = rows.chunks_exact(time * width).zip(to.chunks_exact_mut((time + 1) * width));
    for (rows, to) in samples {
        to[..width].fill(T::zero());
        to[width..].copy_from_slice(rows);
    }
}

/// Copies the rows of each sample after the first.
fn without_given<T: Scalar>(rows: &[T], to: &mut [T], time: usize, width: usize) {
    let samples = rows.chunks_exact((time + 1) * width).zip(to.chunks_exact_mut(time * width));
    for (rows, to) in samples {
        to.copy_from_slice(&rows[width..]);
    }
}

/// Copies the state to the first step.
fn begin<T: Scalar>(steps: Steps, state: &[T], values: &mut [T]) {
    let hidden = steps.hidden;
    let samples = state.chunks_exact(hidden).zip(values.chunks_exact_mut(steps.time * hidden));
    samples.for_each(|(state, values)| values[..hidden].copy_from_slice(state));
}

/// Copies the state after the last step.
fn end<T: Scalar>(steps: Steps, values: &[T], state: &mut [T]) {
    let (hidden, last) = (steps.hidden, (steps.time - 1) * steps.hidden);
    let samples = state.chunks_exact_mut(hidden).zip(values.chunks_exact(steps.time * hidden));
    samples.for_each(|(state, values)| state.copy_from_slice(&values[last..]));
}

/// The forward pass: continues from the state in `saved`, and stores that after the last step there.
pub(super) fn forward<T: Scalar, L: Recurrent<T>>(
    layer: &L,
    time: usize,
    input: &[T],
    output: &mut [T],
    saved: &mut [T],
) {
    let steps = continued::<T, L>(time, input.len() / (time * L::FEATURES));
    let saved = Saved::of::<L>(steps, saved);
    with_given(input, saved.input, time, L::FEATURES);
    let (hidden, cells) = saved.state.split_at_mut(steps.batch * L::HIDDEN);
    begin(steps, hidden, saved.output);
    begin(steps, cells, L::cells(steps, saved.rest));
    layer.run(steps, saved.input, saved.output, saved.rest);
    without_given(saved.output, output, time, L::HIDDEN);
    end(steps, saved.output, hidden);
    end(steps, L::cells(steps, saved.rest), cells);
}

/// The backward pass of [`forward`], through the steps of the batch: the state before them is a
/// constant.
pub(super) fn backward<T: Scalar, L: Recurrent<T>>(
    layer: &L,
    time: usize,
    saved: &mut [T],
    dout: &[T],
    grads: &mut L,
    dinput: Option<&mut [T]>,
) {
    let steps = continued::<T, L>(time, dout.len() / (time * L::HIDDEN));
    let Saved { input, dinput: room, output, rest, .. } = Saved::of::<L>(steps, saved);
    let doutput = output;
    with_given(dout, doutput, time, L::HIDDEN);
    match dinput {
        None => layer.run_back(steps, input, rest, doutput, grads, None),
        Some(dinput) => {
            layer.run_back(steps, input, rest, doutput, grads, Some(&mut *room));
            without_given(room, dinput, time, L::FEATURES);
        }
    }
}
