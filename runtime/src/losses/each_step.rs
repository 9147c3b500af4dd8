use super::loss::{Loss, OutputFunction, argmax, mean};
use super::targets::{IGNORED, Targets};
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

    /// Returns whether steps of these targets are beyond the length of a padded sequence.
    fn has_ignored<T: Scalar>(targets: Targets<'_, T>, outputs: usize) -> bool {
        match targets {
            Targets::Labels(labels) => labels.contains(&IGNORED),
            Targets::Rows(rows) => rows.iter().step_by(outputs.max(1)).any(|t| t.is_nan()),
        }
    }

    /// The target of one step, unless it is beyond the length of a padded sequence.
    fn target_of<T: Scalar>(
        targets: Targets<'_, T>,
        step: usize,
        outputs: usize,
    ) -> Option<Targets<'_, T>> {
        match targets {
            Targets::Labels(labels) if labels[step] == IGNORED => None,
            Targets::Labels(labels) => Some(Targets::Labels(&labels[step..=step])),
            Targets::Rows(rows) => {
                let row = &rows[step * outputs..][..outputs];
                (!row[0].is_nan()).then_some(Targets::Rows(row))
            }
        }
    }

    /// The parts of a row, one for each step.
    fn steps_of<T>(row: &[T]) -> impl Iterator<Item = &[T]> {
        row.chunks_exact((row.len() / STEPS).max(1))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, L: Loss<T>, const STEPS: usize> Loss<T> for EachStep<L, STEPS> {
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let outputs = values.len() / (batch * STEPS).max(1);
        match Self::has_ignored(targets, outputs) {
            true => self.forward_with_sum(values, targets, batch).0,
            false => self.loss.forward(values, targets, batch * STEPS),
        }
    }

    fn forward_with_sum(
        &self,
        values: &mut [T],
        targets: Targets<'_, T>,
        batch: usize,
    ) -> (T, f64) {
        let outputs = values.len() / (batch * STEPS).max(1);
        if !Self::has_ignored(targets, outputs) {
            return self.loss.forward_with_sum(values, targets, batch * STEPS);
        }
        let (mut sum, mut divisor) = (0.0, 0.0);
        for (step, row) in values.chunks_exact_mut(outputs).enumerate() {
            match Self::target_of(targets, step, outputs) {
                Some(target) => {
                    sum += self.loss.forward_with_sum(row, target, 1).1;
                    divisor += self.loss.weight(target, outputs, 1);
                }
                None => row.fill(T::zero()),
            }
        }
        (T::from_f64(mean(sum, divisor)), sum)
    }

    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        let outputs = values.len() / (batch * STEPS).max(1);
        if !Self::has_ignored(targets, outputs) {
            return self.loss.backward(values, targets, batch * STEPS, dout);
        }
        let divisor = self.weight(targets, outputs * STEPS, batch);
        let scale = if divisor > 0.0 { dout.as_f64() / divisor } else { 0.0 };
        self.backward_of_sum(values, targets, batch, T::from_f64(scale));
    }

    fn backward_of_sum(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, scale: T) {
        let outputs = values.len() / (batch * STEPS).max(1);
        if !Self::has_ignored(targets, outputs) {
            return self.loss.backward_of_sum(values, targets, batch * STEPS, scale);
        }
        for (step, row) in values.chunks_exact_mut(outputs).enumerate() {
            match Self::target_of(targets, step, outputs) {
                Some(target) => self.loss.backward_of_sum(row, target, 1, scale),
                None => row.fill(T::zero()),
            }
        }
    }

    fn weight(&self, targets: Targets<'_, T>, outputs: usize, batch: usize) -> f64 {
        let outputs = outputs / STEPS;
        if !Self::has_ignored(targets, outputs) {
            return self.loss.weight(targets, outputs, batch * STEPS);
        }
        let steps = (0..batch * STEPS).filter_map(|step| Self::target_of(targets, step, outputs));
        steps.map(|target| self.loss.weight(target, outputs, 1)).sum()
    }

    /// The mean over the steps, without those beyond the length of a padded sequence.
    fn sample_accuracy(&self, outputs: &[T], target: &[T]) -> Option<f64> {
        let (mut sum, mut count, classes) = (0.0, 0, outputs.len() / STEPS);
        let is_ignored = |target: &[T]| target.first().is_some_and(|t| t.is_nan());
        for (outputs, target) in Self::steps_of(outputs).zip(Self::steps_of(target)) {
            if is_ignored(target) {
                continue;
            }
            count += 1;
            sum += match self.loss.sample_accuracy(outputs, target) {
                Some(accuracy) => accuracy,
                None if classes < 2 => return None,
                None => {
                    let class = |row: &[T]| argmax(row.iter().copied());
                    f64::from(u8::from(class(outputs) == class(target)))
                }
            };
        }
        Some(sum / f64::from(count.max(1)))
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

    fn of_step(&self) -> Option<&dyn Loss<T>> {
        Some(&self.loss)
    }

    fn is_valid_target(&self, row: &[T]) -> bool {
        let is_ignored = |step: &[T]| step.first().is_some_and(|t| t.is_nan());
        Self::steps_of(row).all(|step| is_ignored(step) || self.loss.is_valid_target(step))
    }

    fn invalid_target(&self, sample: usize, row: &[T]) -> Error {
        let mut steps = Self::steps_of(row);
        let is_ignored = |step: &[T]| step.first().is_some_and(|t| t.is_nan());
        let invalid = steps.find(|step| !is_ignored(step) && !self.loss.is_valid_target(step));
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
