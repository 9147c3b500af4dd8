use super::loss::{Loss, OutputFunction, argmax};
use super::targets::Targets;
use crate::error::Error;
use crate::kernels::scalar::Scalar;

/// A loss at every step of a sequence: that of a network whose output is a sequence of `STEPS`
/// steps. The loss is the mean over all steps of all samples, as if each step were a sample.
///
/// For a loss of classes, the targets of a sample are `STEPS` labels: `&[[u8; 64]]`. For any loss,
/// they are a row of as many numbers as outputs, those of the first step first.
///
/// ```
/// use chainrule::losses::{EachStep, Loss, SoftmaxWithLoss, Targets};
///
/// // One sample of two steps with three classes each.
/// let loss = EachStep::<_, 2>::new(SoftmaxWithLoss);
/// let mut values = [0.0_f64, 0.0, 0.0, 1.0, 0.0, 0.0];
/// let of_steps = [3.0_f64.ln(), (1_f64.exp() + 2.0).ln() - 1.0];
/// let mean = loss.forward(&mut values, Targets::Labels(&[2, 0]), 1);
/// assert!((mean - (of_steps[0] + of_steps[1]) / 2.0).abs() < 1e-15);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic as those of the loss, for a batch of all steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EachStep<L, const STEPS: usize> {
    loss: L,
}

impl<L, const STEPS: usize> EachStep<L, STEPS> {
    /// Creates the loss from that of a step.
    pub const fn new(loss: L) -> EachStep<L, STEPS> {
        EachStep { loss }
    }

    /// The parts of a row, one for each step.
    fn steps_of<T>(row: &[T]) -> impl Iterator<Item = &[T]> {
        row.chunks_exact((row.len() / STEPS).max(1))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, L: Loss<T>, const STEPS: usize> Loss<T> for EachStep<L, STEPS> {
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        self.loss.forward(values, targets, batch * STEPS)
    }

    fn forward_with_sum(
        &self,
        values: &mut [T],
        targets: Targets<'_, T>,
        batch: usize,
    ) -> (T, f64) {
        self.loss.forward_with_sum(values, targets, batch * STEPS)
    }

    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        self.loss.backward(values, targets, batch * STEPS, dout);
    }

    fn backward_of_sum(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, scale: T) {
        self.loss.backward_of_sum(values, targets, batch * STEPS, scale);
    }

    fn weight(&self, targets: Targets<'_, T>, outputs: usize, batch: usize) -> f64 {
        self.loss.weight(targets, outputs / STEPS, batch * STEPS)
    }

    /// The mean over the steps.
    fn sample_accuracy(&self, outputs: &[T], target: &[T]) -> Option<f64> {
        let (mut sum, classes) = (0.0, outputs.len() / STEPS);
        for (outputs, target) in Self::steps_of(outputs).zip(Self::steps_of(target)) {
            sum += match self.loss.sample_accuracy(outputs, target) {
                Some(accuracy) => accuracy,
                None if classes < 2 => return None,
                None => {
                    let class = |row: &[T]| argmax(row.iter().copied());
                    f64::from(u8::from(class(outputs) == class(target)))
                }
            };
        }
        Some(sum / STEPS as f64)
    }

    fn probabilities(&self, scores: &mut [T], outputs: usize) -> bool {
        self.loss.probabilities(scores, outputs / STEPS)
    }

    fn output_function(&self) -> OutputFunction {
        self.loss.output_function()
    }

    /// The class of one step.
    fn class(&self, scores: &[T]) -> Option<usize> {
        self.loss.class(scores)
    }

    fn steps(&self) -> usize {
        STEPS
    }

    fn is_valid_target(&self, row: &[T]) -> bool {
        Self::steps_of(row).all(|step| self.loss.is_valid_target(step))
    }

    fn invalid_target(&self, sample: usize, row: &[T]) -> Error {
        let mut steps = Self::steps_of(row);
        let invalid = steps.find(|step| !self.loss.is_valid_target(step));
        self.loss.invalid_target(sample, invalid.unwrap_or(row))
    }
}

/// The loss of an output of which only the compiler knows whether it is a sequence.
pub trait OfSteps<L> {
    /// [`EachStep`] of the loss for a sequence, otherwise the loss.
    type Loss;

    /// Creates it.
    fn of_steps(loss: L) -> Self::Loss;
}

/// Whether an output is a sequence, and of how many steps.
#[derive(Clone, Copy, Debug)]
pub struct Steps<const IS_SEQUENCE: bool, const STEPS: usize>;

impl<L, const STEPS: usize> OfSteps<L> for Steps<true, STEPS> {
    type Loss = EachStep<L, STEPS>;

    fn of_steps(loss: L) -> EachStep<L, STEPS> {
        EachStep::new(loss)
    }
}

impl<L, const STEPS: usize> OfSteps<L> for Steps<false, STEPS> {
    type Loss = L;

    fn of_steps(loss: L) -> L {
        loss
    }
}
