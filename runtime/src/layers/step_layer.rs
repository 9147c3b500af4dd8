use super::layer::Layer;
use crate::kernels::scalar::Scalar;

/// A layer of sequences that can compute one step at a time, from what it carries of the steps
/// before. Layers that compute each step by itself, such as `Affine`, do not need it. A layer that
/// `network!` declares implements it if its input is a sequence and its layers can compute one step.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot compute one step at a time",
    label = "needs a whole sequence",
    note = "it has a layer that reads all steps, such as `Attention`, `Reverse`, `Mean` or `Max`, or does \
            not implement `StepLayer`",
    note = "use `predict` on whole sequences, or declare a network without it"
)]
pub trait StepLayer<T: Scalar>: Layer<T> {
    /// Numbers that it carries from step to step; 0 before the first step.
    const STATE: usize;
    /// Numbers of scratch memory.
    const STEP_SCRATCH: usize = 0;
    /// The most steps; `usize::MAX` if there is no limit.
    const MOST_STEPS: usize = usize::MAX;

    /// Computes the features of step `step`, counted from 0, and updates the state.
    ///
    /// # Panics
    ///
    /// If `step` is not below [`MOST_STEPS`](StepLayer::MOST_STEPS), or a slice has another length.
    fn step(&self, step: usize, input: &[T], output: &mut [T], state: &mut [T], scratch: &mut [T]);
}
