//! Predictions step by step: with what layers carry from the steps before.

use core::fmt;

use num_traits::{Float, Zero};

use super::declared::Network;
use crate::error::Error;
use crate::kernels::scalar::Scalar;

/// A network of a sequence that can compute one step at a time. Its methods `start` and `step` are
/// the usual way to do so.
pub trait Stepped: Network {
    /// The numbers that its layers carry from step to step.
    const STATE: usize;
    /// The numbers that one step computes, and scratch memory.
    const STEP_VALUES: usize;
    /// The features of a step.
    const STEP_INPUTS: usize;
    /// The outputs of a step.
    const STEP_OUTPUTS: usize;
    /// The most steps; `usize::MAX` if there is no limit.
    const MOST_STEPS: usize;

    /// Computes one step in the memory of `values`, whose last numbers are the outputs.
    #[doc(hidden)]
    fn compute_step(
        &self,
        step: usize,
        input: &[Self::Scalar],
        state: &mut [Self::Scalar],
        values: &mut [Self::Scalar],
    );
}

/// What a network carries from step to step: hidden states, keys and values. `start` of a network
/// creates it, and `step` reads and changes it. It has a fixed size, and is copied by `clone`.
pub struct StepState<N: Network> {
    /// The state, then the values of a step.
    numbers: Vec<N::Scalar>,
    step: usize,
}

impl<N: Stepped> StepState<N> {
    /// The state before the first step.
    #[doc(hidden)]
    pub fn start() -> StepState<N> {
        StepState { numbers: vec![N::Scalar::zero(); N::STATE + N::STEP_VALUES], step: 0 }
    }

    /// Forgets all steps.
    pub fn reset(&mut self) {
        self.numbers.fill(N::Scalar::zero());
        self.step = 0;
    }

    /// The number of steps so far.
    pub fn steps(&self) -> usize {
        self.step
    }

    /// Computes a step of `network`, and returns its outputs.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::MostSteps`], and [`Error::Overflow`] or [`Error::Parameter`] for
    /// outputs that are not finite.
    #[doc(hidden)]
    pub fn step(&mut self, network: &N, input: &[N::Scalar]) -> Result<&[N::Scalar], Error> {
        if self.step >= N::MOST_STEPS {
            return Err(Error::MostSteps { network: N::NAME, most: N::MOST_STEPS });
        }
        if let Some(column) = input.iter().position(|x| !x.is_finite()) {
            let value = input[column].as_f64();
            return Err(Error::NotFinite { place: "inputs", sample: 0, column, value });
        }
        let (state, values) = self.numbers.split_at_mut(N::STATE);
        network.compute_step(self.step, input, state, values);
        self.step += 1;
        let outputs = &values[N::STEP_VALUES - N::STEP_OUTPUTS..];
        check_step(network, outputs)?;
        Ok(outputs)
    }

    /// Computes a step whose input is an index below `below`.
    ///
    /// # Errors
    ///
    /// [`Error::Index`], and as [`step`](StepState::step).
    #[doc(hidden)]
    pub fn step_of_index(
        &mut self,
        network: &N,
        index: usize,
        below: usize,
    ) -> Result<&[N::Scalar], Error> {
        if index >= below {
            return Err(Error::Index { sample: 0, place: self.step, value: index as f64, below });
        }
        self.step(network, &[N::Scalar::from_f64(index as f64)])
    }
}

/// Rejects outputs that are not finite.
fn check_step<N: Stepped>(network: &N, outputs: &[N::Scalar]) -> Result<(), Error> {
    if outputs.iter().all(|output| output.is_finite()) {
        return Ok(());
    }
    super::validate::check_outputs(network, outputs)
}

impl<N: Network> Clone for StepState<N> {
    fn clone(&self) -> StepState<N> {
        StepState { numbers: self.numbers.clone(), step: self.step }
    }
}

/// Prints only the number of steps.
impl<N: Network> fmt::Debug for StepState<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepState")
            .field("network", &N::NAME)
            .field("steps", &self.step)
            .finish_non_exhaustive()
    }
}
