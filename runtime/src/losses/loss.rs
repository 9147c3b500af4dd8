use super::targets::{Columns, MAX_HEADS, PerHead, Targets, Weighed};
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum;

/// The function that makes probabilities of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputFunction {
    /// There are no probabilities.
    None,
    /// The softmax of the outputs of a sample, or of a step.
    Softmax,
    /// The sigmoid of each output.
    EachSigmoid,
}

/// The end of a chain: an output function and the loss that belongs to it.
///
/// It works in place. `forward` replaces the scores of the last layer by the outputs, or by
/// whatever values preserve most digits of the derivatives. `backward` replaces these by the
/// derivatives. The outputs of a network with several heads are concatenated in each row, and so
/// are their targets.
///
/// A custom loss is a type that implements this trait and [`Default`]. Its targets are rows, unless
/// it also implements [`ClassLoss`].
///
/// ```
/// use chainrule::losses::{Loss, Targets};
/// use chainrule::{Init, Rng, Scalar, network};
///
/// /// `L = Σ ln cosh(y - t) / B`, which forgives large errors.
/// #[derive(Default)]
/// pub struct LogCosh;
///
/// impl<T: Scalar> Loss<T> for LogCosh {
///     fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
///         let Targets::Rows(rows) = targets else { unreachable!("labels need a `ClassLoss`") };
///         // Summed in `f64`: a batch may hold many samples.
///         let errors = values.iter().zip(rows).map(|(&y, &t)| (y - t).cosh().ln().as_f64());
///         T::from_f64(errors.sum::<f64>() / batch as f64)
///     }
///
///     fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
///         let Targets::Rows(rows) = targets else { unreachable!("labels need a `ClassLoss`") };
///         for (y, &t) in values.iter_mut().zip(rows) {
///             *y = dout * (*y - t).tanh() / T::from_f64(batch as f64);
///         }
///     }
/// }
///
/// network! { struct Net = Affine(2, 8) -> Sigmoid -> Affine(8, 3) => LogCosh; }
///
/// let net = Net::<f64>::new(Init::Xavier, &mut Rng::seed(0));
/// let check = net.gradient_check(&[[0.3, -1.0]], &[[1.0, 0.0, 2.0]])?;
/// assert!(check.max_relative() < 1e-7, "{check}");
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Panics
///
/// `forward` and `backward` of the losses of this crate panic if `batch` is 0, if the length of
/// `values` is not a multiple of the batch size, if the number of labels or target rows differs
/// from the batch size, or if a label is not below `O`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss",
    label = "expected a type that implements `chainrule::losses::Loss`"
)]
pub trait Loss<T: Scalar> {
    /// Returns the loss of the scores in `values` (`B × O`), and replaces them by the values that
    /// `backward` needs.
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T;

    /// The variant of [`forward`](Loss::forward) that also returns the sum whose mean is the loss.
    /// The default is the loss times the [`weight`](Loss::weight).
    ///
    /// The loss of several batches is the sum of their sums, divided by the sum of their weights. A
    /// loss that is 0 for a batch of weight 0, although its samples contribute to the sum, has to
    /// override this method.
    fn forward_with_sum(
        &self,
        values: &mut [T],
        targets: Targets<'_, T>,
        batch: usize,
    ) -> (T, f64) {
        let outputs = values.len() / batch.max(1);
        let loss = self.forward(values, targets, batch);
        (loss, loss.as_f64() * self.weight(targets, outputs, batch))
    }

    /// Replaces the values that `forward` stored by the derivatives of the loss with respect to the
    /// scores, times the upstream gradient `dout` (1 if the loss is the final output).
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T);

    /// The variant of [`backward`](Loss::backward) for the sum that
    /// [`forward_with_sum`](Loss::forward_with_sum) returns: its derivatives, times `scale`. The
    /// default calls `backward`. A loss that overrides `forward_with_sum` has to override this
    /// method too.
    ///
    /// Samples with weights and the heads of a network are passed one by one, as batches of one
    /// sample.
    fn backward_of_sum(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, scale: T) {
        let outputs = values.len() / batch.max(1);
        let weight = T::from_f64(self.weight(targets, outputs, batch));
        self.backward(values, targets, batch, scale * weight);
    }

    /// The variant of [`forward_with_sum`](Loss::forward_with_sum) for samples that may have
    /// weights: the mean is divided by the sum of the weights.
    #[doc(hidden)]
    fn forward_weighed(&self, values: &mut [T], batch: Weighed<'_, T>, samples: usize) -> (T, f64) {
        if batch.weights.is_none() {
            return self.forward_with_sum(values, batch.targets, samples);
        }
        let columns = Columns::all(values.len() / samples, self.steps());
        let (sum, divisor) = forward_by_sample(self, values, batch, columns);
        (T::from_f64(mean(sum, divisor)), sum)
    }

    /// The variant of [`backward`](Loss::backward) for samples that may have weights, with an
    /// upstream gradient of 1.
    #[doc(hidden)]
    fn backward_weighed(&self, values: &mut [T], batch: Weighed<'_, T>, samples: usize) {
        if batch.weights.is_none() {
            return self.backward(values, batch.targets, samples, T::one());
        }
        let columns = Columns::all(values.len() / samples, self.steps());
        backward_by_sample(self, values, batch, columns, 1.0);
    }

    /// The variant of [`weight`](Loss::weight) for samples that may have weights.
    #[doc(hidden)]
    fn weight_weighed(&self, batch: Weighed<'_, T>, outputs: usize, samples: usize) -> f64 {
        match batch.weights {
            None => self.weight(batch.targets, outputs, samples),
            Some(_) => {
                let columns = Columns::all(outputs, self.steps());
                divisor_by_sample(self, batch, columns, samples)
            }
        }
    }

    /// The divisors of the means that the loss is the sum of, one for each head. Those of several
    /// batches add up to those of all their samples.
    #[doc(hidden)]
    fn divisors(&self, batch: Weighed<'_, T>, outputs: usize, samples: usize) -> PerHead {
        of_one_head(self.weight_weighed(batch, outputs, samples))
    }

    /// The variant of [`forward`](Loss::forward) that returns the sums that
    /// [`divisors`](Loss::divisors) divide. Those of several batches add up.
    #[doc(hidden)]
    fn forward_sums(&self, values: &mut [T], batch: Weighed<'_, T>, samples: usize) -> PerHead {
        of_one_head(self.forward_weighed(values, batch, samples).1)
    }

    /// The variant of [`backward`](Loss::backward) for a part of a batch: with the divisors of all
    /// samples, so that the derivatives of all parts together are those of the batch.
    #[doc(hidden)]
    fn backward_of_part(
        &self,
        values: &mut [T],
        part: Weighed<'_, T>,
        samples: usize,
        &[divisor, ..]: &PerHead,
    ) {
        if part.weights.is_some() || divisor <= 0.0 {
            let columns = Columns::all(values.len() / samples, self.steps());
            return backward_over(self, values, part, columns, 1.0, divisor);
        }
        self.backward_of_sum(values, part.targets, samples, T::from_f64(1.0 / divisor));
    }

    /// The mean and the sum of a batch, given its sums and divisors, and its weight as
    /// [`weight`](Loss::weight) returns it.
    #[doc(hidden)]
    fn total(&self, [sum, ..]: &PerHead, [divisor, ..]: &PerHead, _weight: f64) -> (f64, f64) {
        (mean(*sum, *divisor), *sum)
    }

    /// The divisor in the mean of a batch. The default is the number of samples; override it if
    /// samples have weights.
    fn weight(&self, _targets: Targets<'_, T>, _outputs: usize, batch: usize) -> f64 {
        batch as f64
    }

    /// The fraction of a sample's outputs that are correct, if outputs are judged independently.
    /// `None` for a loss where a sample is correct if the argmax of its outputs matches the
    /// target's.
    fn sample_accuracy(&self, _outputs: &[T], _target: &[T]) -> Option<f64> {
        None
    }

    /// Replaces the scores of samples, `outputs` numbers each, by the probabilities that the loss
    /// derives from them: the softmax of [`SoftmaxWithLoss`](super::SoftmaxWithLoss), the sigmoid
    /// of [`BinaryCrossEntropy`](super::BinaryCrossEntropy). Several heads are concatenated in each
    /// row.
    ///
    /// Returns false, and leaves the scores unchanged, if outputs are not probabilities, as in a
    /// regression. This is the default. `predict_proba` of a network is then an error.
    fn probabilities(&self, _scores: &mut [T], _outputs: usize) -> bool {
        false
    }

    /// What [`probabilities`](Loss::probabilities) computes, for exports to other formats. The default
    /// says that there are none.
    fn output_function(&self) -> OutputFunction {
        OutputFunction::None
    }

    /// The class that the scores of one head of a sample choose. The default is the index of the
    /// largest score, the first of equal ones, and `None` if there is only one score.
    /// [`BinaryCrossEntropy`](super::BinaryCrossEntropy) chooses between 0 and 1 by the sign of a
    /// single score, and returns `None` for several, which are independent.
    fn class(&self, scores: &[T]) -> Option<usize> {
        (scores.len() > 1).then(|| argmax(scores.iter().copied()))
    }

    /// The loss of one output, if each output has a loss of its own.
    #[doc(hidden)]
    fn head(&self, _output: usize) -> Option<&dyn Loss<T>> {
        None
    }

    /// The labels of each sample: one, unless the loss is that of each step of a sequence.
    #[doc(hidden)]
    fn steps(&self) -> usize {
        1
    }

    /// The loss of one step, if this is that of each step of a sequence.
    #[doc(hidden)]
    fn of_step(&self) -> Option<&dyn Loss<T>> {
        None
    }

    /// Whether a row is a valid target of this loss. The default accepts every row.
    fn is_valid_target(&self, _row: &[T]) -> bool {
        true
    }

    /// The error for the row of `sample`, which this loss does not accept. The default reports that
    /// the row does not sum to 1.
    fn invalid_target(&self, sample: usize, row: &[T]) -> Error {
        match row.iter().position(|&t| t < T::zero()) {
            Some(column) => Error::NegativeTarget { sample, column, value: row[column].as_f64() },
            None => Error::TargetRow { sample, sum: sum(row) },
        }
    }
}

/// The sum of the losses of all samples, each times its weight, and the divisor of their mean. The
/// scores are replaced by the values that [`backward_by_sample`] needs. A sample of weight 0 adds nothing,
/// even if its loss is infinite.
pub(super) fn forward_by_sample<T: Scalar, L: Loss<T> + ?Sized>(
    loss: &L,
    values: &mut [T],
    batch: Weighed<'_, T>,
    columns: Columns,
) -> (f64, f64) {
    let (mut sum, mut divisor) = (0.0, 0.0);
    for (sample, row) in values.chunks_exact_mut(columns.of).enumerate() {
        let (weight, target) = (batch.weight(sample), columns.target(batch.targets, sample));
        let scores = &mut row[columns.from..columns.from + columns.count];
        let of_sample = loss.forward_with_sum(scores, target, 1).1;
        if weight > 0.0 {
            sum += weight * of_sample;
            divisor += weight * loss.weight(target, columns.count, 1);
        }
    }
    (sum, divisor)
}

/// Replaces the values that [`forward_by_sample`] stored by the derivatives of the mean, times `dout`.
pub(super) fn backward_by_sample<T: Scalar, L: Loss<T> + ?Sized>(
    loss: &L,
    values: &mut [T],
    batch: Weighed<'_, T>,
    columns: Columns,
    dout: f64,
) {
    let divisor = divisor_by_sample(loss, batch, columns, values.len() / columns.of);
    backward_over(loss, values, batch, columns, dout, divisor);
}

/// The variant of [`backward_by_sample`] with another divisor than that of the batch.
pub(super) fn backward_over<T: Scalar, L: Loss<T> + ?Sized>(
    loss: &L,
    values: &mut [T],
    batch: Weighed<'_, T>,
    columns: Columns,
    dout: f64,
    divisor: f64,
) {
    for (sample, row) in values.chunks_exact_mut(columns.of).enumerate() {
        let (weight, target) = (batch.weight(sample), columns.target(batch.targets, sample));
        let values = &mut row[columns.from..columns.from + columns.count];
        if weight > 0.0 && divisor > 0.0 {
            loss.backward_of_sum(values, target, 1, T::from_f64(dout * weight / divisor));
        } else {
            values.fill(T::zero());
        }
    }
}

/// The divisor of the mean.
pub(super) fn divisor_by_sample<T: Scalar, L: Loss<T> + ?Sized>(
    loss: &L,
    batch: Weighed<'_, T>,
    columns: Columns,
    samples: usize,
) -> f64 {
    let of_sample = |sample| {
        let target = columns.target(batch.targets, sample);
        batch.weight(sample) * loss.weight(target, columns.count, 1)
    };
    (0..samples).map(of_sample).sum()
}

/// The number of a loss that is a single mean.
fn of_one_head(number: f64) -> PerHead {
    let mut numbers = [0.0; MAX_HEADS];
    numbers[0] = number;
    numbers
}

/// A sum divided by the weight of its samples; 0 if that is 0.
pub(super) fn mean(sum: f64, divisor: f64) -> f64 {
    if divisor > 0.0 { sum / divisor } else { 0.0 }
}

/// The index of the largest number; the first of equal ones.
pub(crate) fn argmax<T: Scalar>(row: impl IntoIterator<Item = T>) -> usize {
    let mut largest = (0, T::neg_infinity());
    for (at, value) in row.into_iter().enumerate() {
        if value > largest.1 {
            largest = (at, value);
        }
    }
    largest.0
}

/// The fraction of the numbers of one output that are correct: as the loss judges, or 1 if the
/// argmax matches that of the target. `None` for a single number that the loss does not judge.
pub(crate) fn output_accuracy<T: Scalar>(
    loss: &dyn Loss<T>,
    scores: &[T],
    target: &[T],
) -> Option<f64> {
    let [chosen, wanted] = [scores, target].map(|row| argmax(row.iter().copied()));
    let of_argmax = || (scores.len() > 1).then(|| f64::from(u8::from(chosen == wanted)));
    loss.sample_accuracy(scores, target).or_else(of_argmax)
}

/// The number of outputs per sample, `O`.
///
/// # Panics
///
/// If the batch is empty, or if values or targets do not match it.
pub(super) fn checked_outputs<T>(values: &[T], targets: Targets<'_, T>, batch: usize) -> usize {
    assert!(batch > 0, "expected at least one sample in the batch of a loss");
    let outputs = values.len() / batch;
    assert!(
        outputs > 0 && values.len() == batch * outputs,
        "expected values of shape `batch × outputs` in a loss"
    );
    match targets {
        Targets::Labels(labels) => {
            assert_eq!(labels.len(), batch, "expected a label for each sample in a loss")
        }
        Targets::Rows(rows) => {
            assert_eq!(rows.len(), values.len(), "expected a target row for each sample in a loss")
        }
    }
    outputs
}

/// The target rows of a loss that does not accept labels.
///
/// # Panics
///
/// If the targets are labels. The types of a network's operations only pass labels to a
/// [`ClassLoss`].
pub(super) fn rows<'a, T>(targets: Targets<'a, T>, loss: &str) -> &'a [T] {
    match targets {
        Targets::Rows(rows) => rows,
        Targets::Labels(_) => {
            panic!("expected a row of numbers for each sample in {loss}, found labels")
        }
    }
}

/// A [`Loss`] whose targets can be given as class labels.
pub trait ClassLoss {}
