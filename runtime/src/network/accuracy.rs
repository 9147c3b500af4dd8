//! Which samples are right: one rule for `accuracy` and for the metrics of a training.

use num_traits::Zero;

use super::declared::Network;
use super::input::{Inputs, Target};
use super::predict::{argmax, infer};
use super::validate::{checked_batch, checked_targets};
use super::workspace::{Parts, Workspace};
use crate::error::Error;
use crate::kernels::compiled_here;
use crate::kernels::scalar::Scalar;
use crate::losses::{Loss, Targets};

/// The part of the samples of a batch that is right.
#[doc(hidden)]
pub fn accuracy_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: Inputs<'_, N::Scalar>,
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut Workspace<N::Scalar>,
) -> Result<f64, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, .. } =
        workspace.parts(batch, N::INFERENCE_WORKSPACE_PER_SAMPLE, 0)?;
    let targets = checked_targets::<N, OUTPUTS>(t, batch, targets)?;
    let scores = infer(network, x, arena, input)?;
    let mut right = Right::default();
    right.see::<N>(scores, targets, 0);
    right.accuracy().ok_or(match N::OUTPUT_PARTS.len() {
        1 => Error::SingleOutput { network: N::NAME },
        _ => Error::SeveralOutputs { network: N::NAME },
    })
}

/// How many of the samples seen so far are right.
///
/// Where each output is an answer by itself, as the loss says by
/// [`part_right`](Loss::part_right), a sample counts by the part of its answers. Else it
/// is right if its largest score is at its class: its label, or the largest of its
/// target. Of a network of several outputs each one is looked at by itself, but for those
/// of a single number, and the sample counts by their part.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Right {
    /// Samples that can be right or wrong.
    pub(crate) samples: u64,
    /// How many of them are right.
    pub(crate) right: f64,
    /// Of how many the class is among the largest scores.
    pub(crate) among_first: f64,
}

impl Right {
    /// Counts a batch, whose scores are `batch × outputs`. So many scores are the largest.
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
            // A label is the class of one output, which has several.
            (Targets::Labels(_), _) => {}
            (Targets::Rows(rows), parts) => {
                see_rows(self, scores, rows, (parts, &N::loss_function()), top_k);
            }
        }
    }

    /// The part of the samples that is right, if any can be.
    pub(crate) fn accuracy(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.right / self.samples as f64)
    }

    /// The part of the samples whose class is among the largest scores.
    pub(crate) fn top_k(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.among_first / self.samples as f64)
    }
}

/// How many classes a network chooses from, the fewest of its outputs; `None` if it
/// chooses from none.
pub(crate) fn classes<N: Network>() -> Option<usize> {
    match answers_by_itself::<N>() {
        true => None,
        false => N::OUTPUT_PARTS.iter().copied().filter(|&outputs| outputs > 1).min(),
    }
}

/// Whether each output of a network is an answer by itself.
pub(crate) fn answers_by_itself<N: Network>() -> bool {
    let zeros = vec![N::Scalar::zero(); N::OUTPUTS];
    N::loss_function().part_right(&zeros, &zeros).is_some()
}

/// The class of a row that is one-hot.
pub(crate) fn class_of<T: Scalar>(row: &[T]) -> Option<usize> {
    let class = argmax(row.iter().copied());
    let is_one_hot = row.iter().enumerate().all(|(at, &t)| match at == class {
        true => t == T::one(),
        false => t == T::zero(),
    });
    is_one_hot.then_some(class)
}

/// How many scores are larger than that of `class`; of equal scores the first is taken
/// to be larger.
fn larger<T: Scalar>(row: &[T], class: usize) -> usize {
    let is_larger =
        |(at, &score): (usize, &T)| score > row[class] || (score == row[class] && at < class);
    row.iter().enumerate().filter(|&item| is_larger(item)).count()
}

/// Samples with labels.
#[inline(never)]
fn see_labels<T: Scalar>(seen: &mut Right, scores: &[T], labels: &[usize], top_k: usize) {
    // Of no samples, there are no rows either.
    let outputs = (scores.len() / labels.len().max(1)).max(1);
    let (mut right, mut among_first) = (0, 0);
    for (row, &label) in scores.chunks_exact(outputs).zip(labels) {
        let before = larger(row, label);
        right += u64::from(before == 0);
        among_first += u64::from(before < top_k);
    }
    seen.samples += labels.len() as u64;
    seen.right += right as f64;
    seen.among_first += among_first as f64;
}

/// What is to be known of a network: how many numbers each output has, and the loss.
type Answers<'a, T> = (&'a [usize], &'a dyn Loss<T>);

/// Samples with rows of targets.
#[inline(never)]
fn see_rows<T: Scalar>(
    seen: &mut Right,
    scores: &[T],
    targets: &[T],
    (parts, loss): Answers<'_, T>,
    top_k: usize,
) {
    let outputs = parts.iter().sum();
    let choices = parts.iter().filter(|&&outputs| outputs > 1).count();
    for (row, target) in scores.chunks_exact(outputs).zip(targets.chunks_exact(outputs)) {
        if let Some(part) = loss.part_right(row, target) {
            seen.samples += 1;
            seen.right += part;
        } else if choices > 0 {
            let (mut right, mut among_first, mut begin) = (0, 0, 0);
            for &outputs in parts {
                let (row, target) = (&row[begin..begin + outputs], &target[begin..begin + outputs]);
                begin += outputs;
                if outputs > 1 {
                    let before = larger(row, argmax(target.iter().copied()));
                    right += usize::from(before == 0);
                    among_first += usize::from(before < top_k);
                }
            }
            seen.samples += 1;
            seen.right += right as f64 / choices as f64;
            seen.among_first += among_first as f64 / choices as f64;
        }
    }
}

compiled_here!(fn(&mut Right, &[T], &[usize], usize) = see_labels::<T>);
compiled_here!(fn(&mut Right, &[T], &[T], Answers<'_, T>, usize) = see_rows::<T>);

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
