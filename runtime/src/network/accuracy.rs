//! Which samples are correct: the rule shared by `accuracy` and the training metrics.

use num_traits::Zero;

use super::declared::Network;
use super::input::Target;
use super::part::Part;
use super::predict::infer;
use super::validate::{checked_batch, checked_targets};
use super::workspace::{Parts, Workspace};
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::losses::heads::HeadList;
use crate::losses::{Heads, Loss, Targets, argmax};

/// The fraction of correct samples in a batch.
#[doc(hidden)]
pub fn accuracy_in<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut Workspace<N::Scalar>,
) -> Result<f64, Error> {
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, .. } =
        workspace.parts(batch, N::INFERENCE_WORKSPACE_PER_SAMPLE, N::INFERENCE_SCRATCH)?;
    let targets = checked_targets::<N, OUTPUTS>(t, batch, targets)?;
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
pub fn accuracies_in<N: Network<Loss = Heads<H>>, const OUTPUTS: usize, const HEADS: usize, H>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
    workspace: &mut Workspace<N::Scalar>,
) -> Result<[Option<f64>; HEADS], Error>
where
    H: HeadList<N::Scalar>,
{
    let batch = checked_batch::<N>(x)?;
    let Parts { arena, input, targets, .. } =
        workspace.parts(batch, N::INFERENCE_WORKSPACE_PER_SAMPLE, N::INFERENCE_SCRATCH)?;
    let targets = checked_targets::<N, OUTPUTS>(t, batch, targets)?;
    let scores = infer(network, x, arena, input)?;
    let (loss, mut right) = (N::loss_function(), [None; HEADS]);
    let Targets::Rows(rows) = targets else { return Ok(right) };
    for (scores, target) in scores.chunks_exact(N::OUTPUTS).zip(rows.chunks_exact(N::OUTPUTS)) {
        loss.accuracies(scores, target, &mut |head, accuracy| {
            right[head] = Some(right[head].unwrap_or(0.0) + accuracy);
        });
    }
    Ok(right.map(|right| right.map(|right| right / batch as f64)))
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

/// The number of classes: the smallest of the heads. `None` if there are no classes.
pub(crate) fn classes<N: Network>() -> Option<usize> {
    match answers_by_itself::<N>() {
        true => None,
        false => N::OUTPUT_PARTS.iter().copied().filter(|&outputs| outputs > 1).min(),
    }
}

/// Whether each output of a network is an independent decision.
pub(crate) fn answers_by_itself<N: Network>() -> bool {
    let zeros = vec![N::Scalar::zero(); N::OUTPUTS];
    N::loss_function().sample_accuracy(&zeros, &zeros).is_some()
}

/// The class of a one-hot row.
pub(crate) fn class_of<T: Scalar>(row: &[T]) -> Option<usize> {
    let class = argmax(row.iter().copied());
    let is_one_hot = row.iter().enumerate().all(|(at, &t)| match at == class {
        true => t == T::one(),
        false => t == T::zero(),
    });
    is_one_hot.then_some(class)
}

/// The number of scores that rank before that of `class`. Of equal scores, the first ranks first.
fn larger<T: Scalar>(row: &[T], class: usize) -> usize {
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
        let before = larger(row, label);
        right += u64::from(before == 0);
        among_first += u64::from(before < top_k);
    }
    seen.samples += labels.len() as u64;
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
    let choices = parts.iter().filter(|&&outputs| outputs > 1).count();
    for (row, target) in scores.chunks_exact(outputs).zip(targets.chunks_exact(outputs)) {
        if let Some(part) = loss.sample_accuracy(row, target) {
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
