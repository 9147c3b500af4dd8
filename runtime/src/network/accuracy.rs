//! Which samples are correct: the rule shared by `accuracy` and the training metrics.

use core::ops::Range;

#[cfg(feature = "std")]
use num_traits::Zero;

use super::declared::Network;
use super::input::Target;
use super::part::Part;
use super::predict::infer;
use super::validate::{checked_batch, checked_targets};
use super::workspace::{Memory, Parts, Pass};
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::losses::targets::IGNORED;
use crate::losses::{Loss, Targets, argmax, output_accuracy};

/// The fraction of correct samples in a batch.
#[doc(hidden)]
pub fn accuracy_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut impl Memory<N::Scalar>,
) -> Result<f64, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, .. } = workspace.of_pass(Pass::prediction::<N>(batch))?;
    let targets = checked_targets::<N, OUTPUTS>(x, t, batch, targets)?;
    let scores = infer(network, x, arena, input)?;
    let mut right = Right::default();
    right.see::<N>(scores, targets, 0);
    right.accuracy().ok_or(match N::OUTPUT_PARTS.len() {
        1 => Error::SingleOutput { network: N::NAME },
        _ => Error::SeveralOutputs { network: N::NAME },
    })
}

/// The accuracy of each head: the fraction of its samples, or of its outputs if they are judged
/// independently, that are correct. `None` for a head with a single number.
#[doc(hidden)]
pub fn accuracies_in<N: Network, const OUTPUTS: usize, const HEADS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut impl Memory<N::Scalar>,
) -> Result<[Option<f64>; HEADS], Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, .. } = workspace.of_pass(Pass::prediction::<N>(batch))?;
    let targets = checked_targets::<N, OUTPUTS>(x, t, batch, targets)?;
    let scores = infer(network, x, arena, input)?;
    Ok(core::array::from_fn(|output| {
        let mut sum = None;
        each_of_output::<N>(output, scores, targets, |loss, scores, target| {
            if let Some(part) = output_accuracy(loss, scores, target) {
                sum = Some(sum.unwrap_or(0.0) + part);
            }
        });
        sum.map(|sum: f64| sum / batch as f64)
    }))
}

/// Calls `see` with the loss, the scores and the target of one output for each sample of a batch.
/// Not for labels, nor for an output that the network does not have.
pub(crate) fn each_of_output<N: Network>(
    output: usize,
    scores: &[N::Scalar],
    targets: Targets<'_, N::Scalar>,
    mut see: impl FnMut(&dyn Loss<N::Scalar>, &[N::Scalar], &[N::Scalar]),
) {
    let loss = N::loss_function();
    let loss = loss.head(output).unwrap_or(&loss);
    let (Targets::Rows(rows), Some(columns)) = (targets, columns_of::<N>(output)) else { return };
    for (scores, target) in scores.chunks_exact(N::OUTPUTS).zip(rows.chunks_exact(N::OUTPUTS)) {
        see(loss, &scores[columns.clone()], &target[columns.clone()]);
    }
}

/// The columns of an output in a row of all; `None` if the network has no such output.
pub(crate) fn columns_of<N: Network>(output: usize) -> Option<Range<usize>> {
    let &numbers = N::OUTPUT_PARTS.get(output)?;
    let begin = N::OUTPUT_PARTS[..output].iter().sum();
    Some(begin..begin + numbers)
}

/// Counts the correct samples.
///
/// If outputs are independent decisions, as [`sample_accuracy`](Loss::sample_accuracy) of the loss reports, a
/// sample counts by the fraction of its correct outputs. Otherwise it is correct if its argmax is
/// its class: its label, or the argmax of its target. In a network with several heads, each head
/// with more than one number is judged separately, and the sample counts by the fraction of correct
/// heads.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Right {
    /// Number of samples that can be judged.
    pub(crate) samples: u64,
    /// Number of correct samples.
    pub(crate) right: f64,
    /// Number of samples whose class is among the `k` largest scores.
    pub(crate) among_first: f64,
}

impl Right {
    /// Counts a batch with scores `batch × outputs`. The last argument is `k`.
    pub(crate) fn see<N: Network>(
        &mut self,
        scores: &[N::Scalar],
        targets: Targets<'_, N::Scalar>,
        top_k: usize,
    ) {
        match (targets, N::OUTPUT_PARTS) {
            (Targets::Labels(labels), &[outputs]) if outputs > 1 => {
                see_labels(self, scores, labels, top_k);
            }
            // A label refers to a single head, but the network has several.
            (Targets::Labels(_), _) => {}
            (Targets::Rows(rows), parts) => {
                see_rows(self, scores, rows, (parts, &N::loss_function()), top_k);
            }
        }
    }

    /// The fraction of correct samples, if samples can be judged.
    pub(crate) fn accuracy(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.right / self.samples as f64)
    }

    /// The fraction of samples whose class is among the `k` largest scores.
    pub(crate) fn top_k(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.among_first / self.samples as f64)
    }
}

/// The number of classes: the smallest of the heads that choose one. `None` if there are no
/// classes.
#[cfg(feature = "std")]
pub(crate) fn classes<N: Network>() -> Option<usize> {
    (0..N::OUTPUT_PARTS.len()).filter_map(choices::<N>).min()
}

/// The number of classes of which an output chooses one, in each step if it is a sequence. `None` if it
/// chooses none.
#[cfg(feature = "std")]
pub(crate) fn choices<N: Network>(output: usize) -> Option<usize> {
    let (loss, numbers) = (N::loss_function(), columns_of::<N>(output)?.len());
    let of_output = loss.head(output).unwrap_or(&loss);
    let (numbers, chooses) = match of_output.of_step() {
        Some(of_step) => {
            let numbers = numbers / of_output.steps();
            let zeros = vec![N::Scalar::zero(); numbers];
            (numbers, of_step.sample_accuracy(&zeros, &zeros).is_none())
        }
        None => (numbers, !answers_by_itself::<N>(output)),
    };
    (numbers > 1 && chooses).then_some(numbers)
}

/// Whether the class of a sample is among the `k` largest scores; of a sequence, the fraction of its steps,
/// without those beyond the length of a padded one. `None` if no class is chosen.
pub(crate) fn among_first<T: Scalar>(
    loss: &dyn Loss<T>,
    scores: &[T],
    target: &[T],
    k: usize,
) -> Option<f64> {
    let Some(of_step) = loss.of_step() else {
        let chooses = scores.len() > 1 && loss.sample_accuracy(scores, target).is_none();
        let before = || larger(scores, argmax(target.iter().copied()));
        return chooses.then(|| f64::from(u8::from(before() < k)));
    };
    let numbers = (scores.len() / loss.steps()).max(1);
    let (mut sum, mut steps) = (0.0, 0);
    for (scores, target) in scores.chunks_exact(numbers).zip(target.chunks_exact(numbers)) {
        if !target[0].is_nan() {
            sum += among_first(of_step, scores, target, k)?;
            steps += 1;
        }
    }
    Some(sum / f64::from(steps.max(1)))
}

/// Whether the numbers of an output are independent decisions.
#[cfg(feature = "std")]
pub(crate) fn answers_by_itself<N: Network>(output: usize) -> bool {
    let (loss, zeros) = (N::loss_function(), vec![N::Scalar::zero(); N::OUTPUTS]);
    match loss.head(output) {
        Some(loss) => {
            let zeros = &zeros[..N::OUTPUT_PARTS[output]];
            loss.sample_accuracy(zeros, zeros).is_some()
        }
        None => loss.sample_accuracy(&zeros, &zeros).is_some(),
    }
}

/// The class of a one-hot row.
#[cfg(feature = "std")]
pub(crate) fn class_of<T: Scalar>(row: &[T]) -> Option<usize> {
    let class = argmax(row.iter().copied());
    let is_one_hot = row.iter().enumerate().all(|(at, &t)| match at == class {
        true => t == T::one(),
        false => t == T::zero(),
    });
    is_one_hot.then_some(class)
}

/// The number of scores that rank before that of `class`. Of equal scores, the first ranks first.
pub(crate) fn larger<T: Scalar>(row: &[T], class: usize) -> usize {
    let is_larger =
        |(at, &score): (usize, &T)| score > row[class] || (score == row[class] && at < class);
    row.iter().enumerate().filter(|&item| is_larger(item)).count()
}

/// Counts samples with labels.
#[inline(never)]
fn see_labels<T: Scalar>(seen: &mut Right, scores: &[T], labels: &[usize], top_k: usize) {
    // Without samples, there are no rows either.
    let outputs = (scores.len() / labels.len().max(1)).max(1);
    let (mut right, mut among_first) = (0, 0);
    for (row, &label) in scores.chunks_exact(outputs).zip(labels) {
        if label == IGNORED {
            continue;
        }
        seen.samples += 1;
        let before = larger(row, label);
        right += u64::from(before == 0);
        among_first += u64::from(before < top_k);
    }
    seen.right += right as f64;
    seen.among_first += among_first as f64;
}

/// What counting needs to know of a network: the size of each head, and the loss.
type Answers<'a, T> = (&'a [usize], &'a dyn Loss<T>);

/// Counts samples with target rows.
#[inline(never)]
fn see_rows<T: Scalar>(
    seen: &mut Right,
    scores: &[T],
    targets: &[T],
    (parts, loss): Answers<'_, T>,
    top_k: usize,
) {
    let outputs = parts.iter().sum();
    let has_heads = loss.head(0).is_some();
    for (row, target) in scores.chunks_exact(outputs).zip(targets.chunks_exact(outputs)) {
        let judged = if has_heads { None } else { loss.sample_accuracy(row, target) };
        match judged {
            Some(part) => {
                seen.samples += 1;
                seen.right += part;
                if top_k > 0 {
                    seen.among_first += among_first(loss, row, target, top_k).unwrap_or(0.0);
                }
            }
            None => see_outputs(seen, row, target, (parts, loss), top_k),
        }
    }
}

/// Counts a sample whose outputs are judged one by one, if any can be.
fn see_outputs<T: Scalar>(
    seen: &mut Right,
    scores: &[T],
    target: &[T],
    (parts, loss): Answers<'_, T>,
    top_k: usize,
) {
    let (mut judged, mut right) = (0, 0.0);
    let (mut choices, mut first, mut begin) = (0, 0.0, 0);
    for (output, &numbers) in parts.iter().enumerate() {
        let [scores, target] = [scores, target].map(|row| &row[begin..begin + numbers]);
        begin += numbers;
        let head = loss.head(output);
        let own = head.and_then(|loss| loss.sample_accuracy(scores, target));
        if let Some(part) = own {
            judged += 1;
            right += part;
            if let Some(part) = head.and_then(|loss| among_first(loss, scores, target, top_k)) {
                choices += 1;
                first += part;
            }
        } else if numbers > 1 {
            let before = larger(scores, argmax(target.iter().copied()));
            judged += 1;
            right += f64::from(u8::from(before == 0));
            choices += 1;
            first += f64::from(u8::from(before < top_k));
        }
    }
    if judged > 0 {
        seen.samples += 1;
        seen.right += right / f64::from(judged);
    }
    if choices > 0 {
        seen.among_first += first / f64::from(choices);
    }
}

instantiate!(fn(&mut Right, &[T], &[usize], usize) = see_labels::<T>);
instantiate!(fn(&mut Right, &[T], &[T], Answers<'_, T>, usize) = see_rows::<T>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses::IdentityWithLoss;

    fn labelled(scores: &[f64], labels: &[usize], top_k: usize) -> (f64, f64) {
        let mut seen = Right::default();
        see_labels(&mut seen, scores, labels, top_k);
        assert_eq!(seen.samples, labels.len() as u64);
        (seen.right, seen.among_first)
    }

    #[test]
    fn equal_scores_are_won_by_the_first() {
        let scores = [1.0, 3.0, 3.0, 0.0, 0.0, 0.0];
        assert_eq!(labelled(&scores, &[1, 0], 2), (2.0, 2.0));
        assert_eq!(labelled(&scores, &[2, 1], 2), (0.0, 2.0));
        assert_eq!(labelled(&scores, &[0, 2], 2), (0.0, 0.0));
        assert_eq!(labelled(&scores, &[0, 2], 3), (0.0, 2.0));
        assert_eq!(labelled(&[], &[], 1), (0.0, 0.0));
    }

    #[test]
    fn rows_of_several_outputs_are_looked_at_one_by_one() {
        let mut seen = Right::default();
        let scores = [0.0, 1.0, 9.0, 3.0, 2.0, 1.0];
        let targets = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0];
        see_rows(&mut seen, &scores, &targets, (&[2, 1, 3], &IdentityWithLoss), 2);
        assert_eq!(seen, Right { samples: 1, right: 0.5, among_first: 1.0 });
        see_rows(&mut seen, &scores, &targets, (&[1, 1], &IdentityWithLoss), 2);
        assert_eq!(seen.samples, 1, "nothing to choose from");
    }

    #[test]
    fn classes_of_rows() {
        assert_eq!(class_of(&[0.0, 1.0, 0.0]), Some(1));
        for row in [[0.0; 3], [1.0, 1.0, 0.0], [0.5, 0.5, 0.0], [0.0, 2.0, 0.0], [1.0, -1.0, 0.0]] {
            assert_eq!(class_of(&row), None, "{row:?}");
        }
    }
}
