//! How good a network is.

use std::fmt;

use ndarray::{Array2, ArrayView2};

use super::error::{Error, of_dataset, placed};
use crate::batch::Batch;
use crate::data::Dataset;
use crate::losses::Targets;
use crate::network::{Network, argmax};
use crate::saving::{State, Visitor};
use crate::scalar::{Scalar, compiled_here};
use crate::workspace::Workspace;

/// How good a network is on some samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// The mean loss of a sample.
    pub loss: f64,
    /// The part of the samples whose largest score is that of their class, the first
    /// of equals. Of samples that have rows for targets, there is none.
    pub accuracy: Option<f64>,
    /// The part of the samples whose class is among the `k` largest scores, if that
    /// was asked for.
    pub top_k: Option<f64>,
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss {:.5}", self.loss)?;
        for (name, part) in [("accuracy", self.accuracy), ("among the first", self.top_k)] {
            if let Some(part) = part {
                write!(f, ", {name} {part:.4}")?;
            }
        }
        Ok(())
    }
}

/// The loss and the accuracy of `network` on `data`.
///
/// ```
/// use chainrule::trainer::evaluate;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let metrics = evaluate(&*net, (&[[0.5, 1.0], [-1.0, 2.0]], &[0, 1]))?;
/// assert!(metrics.loss > 0.0 && metrics.accuracy.is_some());
/// # Ok::<(), chainrule::trainer::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NoSamples`], [`Error::Dataset`], or [`Error::Samples`] for data that
/// cannot be right and for results that are not finite.
pub fn evaluate<N: Network>(network: &N, data: impl Dataset<N>) -> Result<Metrics, Error> {
    let indices: Vec<_> = (0..data.len()).collect();
    Evaluator::new(0).over(network, &data, &indices, None)
}

/// What `network` takes the samples of `data` for.
///
/// # Errors
///
/// As [`evaluate`]. Samples with rows for targets are counted nowhere.
pub fn confusion<N: Network>(network: &N, data: impl Dataset<N>) -> Result<ConfusionMatrix, Error> {
    let indices: Vec<_> = (0..data.len()).collect();
    let mut counts = Array2::zeros((N::OUTPUTS, N::OUTPUTS));
    let mut evaluator = Evaluator::new(0);
    evaluator.seeing(network, &data, &indices, None, |scores, targets| {
        if let Targets::Labels(labels) = targets {
            for (row, &label) in scores.rows().into_iter().zip(labels) {
                counts[(label, argmax(row.iter().copied()))] += 1;
            }
        }
    })?;
    Ok(ConfusionMatrix { counts })
}

/// How often the samples of each class were taken for those of each other.
///
/// `Display` prints a table, a row for each true class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// `counts[(class, told)]`.
    pub counts: Array2<u64>,
}

impl ConfusionMatrix {
    /// The part of all samples that was told right; NaN of none.
    pub fn accuracy(&self) -> f64 {
        self.counts.diag().sum() as f64 / self.counts.sum() as f64
    }

    /// The part of what was told to be of `class` that is; NaN of none.
    pub fn precision(&self, class: usize) -> f64 {
        self.counts[(class, class)] as f64 / self.counts.column(class).sum() as f64
    }

    /// The part of the samples of `class` that was told to be; NaN of none.
    pub fn recall(&self, class: usize) -> f64 {
        self.counts[(class, class)] as f64 / self.counts.row(class).sum() as f64
    }
}

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let largest = self.counts.iter().copied().max().unwrap_or(0);
        let width = largest.to_string().len().max(self.counts.nrows().to_string().len()) + 2;
        write!(f, "is \\ told")?;
        for class in 0..self.counts.ncols() {
            write!(f, "{class:>width$}")?;
        }
        for (class, row) in self.counts.rows().into_iter().enumerate() {
            write!(f, "\n{class:>9}")?;
            for count in row {
                write!(f, "{count:>width$}")?;
            }
        }
        Ok(())
    }
}

/// Goes through data sets in batches, in room of its own.
pub(super) struct Evaluator<N: Network> {
    pub(super) batch: Batch<N>,
    workspace: Workspace<N::Scalar>,
    top_k: usize,
}

/// Samples that go through the network at once.
const BATCH: usize = 500;

impl<N: Network> Evaluator<N> {
    /// Also counts how often a class is among the `top_k` largest scores, if that is
    /// not 0.
    pub(super) fn new(top_k: usize) -> Evaluator<N> {
        Evaluator { batch: Batch::new(), workspace: Workspace::new(), top_k }
    }

    /// The metrics of the samples of `data` at `indices`.
    pub(super) fn over(
        &mut self,
        network: &N,
        data: &dyn Dataset<N>,
        indices: &[usize],
        epoch: Option<u64>,
    ) -> Result<Metrics, Error> {
        let (mut tally, top_k) = (Tally::default(), self.top_k);
        let loss = self.seeing(network, data, indices, epoch, |scores, targets| {
            tally.see(scores, targets, top_k);
        })?;
        Ok(Metrics { loss, ..tally.metrics(top_k) })
    }

    /// The mean loss of the samples of `data` at `indices`, where `look` sees the
    /// scores and targets of each batch.
    fn seeing(
        &mut self,
        network: &N,
        data: &dyn Dataset<N>,
        indices: &[usize],
        epoch: Option<u64>,
        mut look: impl FnMut(ArrayView2<'_, N::Scalar>, Targets<'_, N::Scalar>),
    ) -> Result<f64, Error> {
        if indices.is_empty() {
            return Err(Error::NoSamples { purpose: "validation", samples: data.len() });
        }
        let mut losses = Tally::default();
        for indices in indices.chunks(BATCH) {
            let batch = &mut self.batch;
            batch.clear();
            data.gather(indices, batch).map_err(|cause| of_dataset(epoch, cause, indices))?;
            let loss = batch
                .loss_summed(network, &mut self.workspace, |scores| look(scores, batch.targets()))
                .map_err(|cause| Error::Samples { epoch, cause: placed(cause, indices) })?;
            losses.add(batch.weight(), loss.sum);
        }
        Ok(losses.mean_loss())
    }
}

/// What is counted on the way to [`Metrics`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// What the losses are to be divided by.
    weight: f64,
    /// The losses of all samples.
    loss: f64,
    labelled: u64,
    right: u64,
    among_first: u64,
}

impl Tally {
    /// Counts a batch: what its samples weigh together, and the sum of their losses, which
    /// is more than nothing for some that weigh nothing.
    pub(super) fn add(&mut self, weight: f64, losses: f64) {
        self.weight += weight;
        self.loss += losses;
    }

    /// The mean loss; 0 of samples that count for nothing.
    fn mean_loss(&self) -> f64 {
        if self.weight > 0.0 { self.loss / self.weight } else { 0.0 }
    }

    /// Counts what is right, if it is told which class is.
    pub(super) fn see<T: Scalar>(
        &mut self,
        scores: ArrayView2<'_, T>,
        targets: Targets<'_, T>,
        top_k: usize,
    ) {
        let Targets::Labels(labels) = targets else { return };
        let Some(scores) = scores.to_slice() else { return };
        let (right, among_first) = count(scores, labels, top_k);
        self.labelled += labels.len() as u64;
        self.right += right;
        self.among_first += among_first;
    }

    pub(super) fn metrics(&self, top_k: usize) -> Metrics {
        let part = |count| (self.labelled > 0).then(|| count as f64 / self.labelled as f64);
        Metrics {
            loss: self.mean_loss(),
            accuracy: part(self.right),
            top_k: part(self.among_first).filter(|_| top_k > 0),
        }
    }
}

impl<N: Network> State<N> for Tally {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.real("weight", &mut self.weight);
        visitor.real("loss", &mut self.loss);
        visitor.whole("labelled", &mut self.labelled);
        visitor.whole("right", &mut self.right);
        visitor.whole("among first", &mut self.among_first);
    }
}

/// How many of the classes have the largest score, and how many are among the
/// `top_k` largest; of equal scores the first is taken to be larger.
#[inline(never)]
fn count<T: Scalar>(scores: &[T], labels: &[usize], top_k: usize) -> (u64, u64) {
    let (mut right, mut among_first) = (0, 0);
    // Of no samples, there are no rows either.
    let outputs = (scores.len() / labels.len().max(1)).max(1);
    for (row, &label) in scores.chunks_exact(outputs).zip(labels) {
        let larger =
            |(at, &score): (usize, &T)| score > row[label] || (score == row[label] && at < label);
        let before = row.iter().enumerate().filter(|&item| larger(item)).count();
        right += u64::from(before == 0);
        among_first += u64::from(before < top_k);
    }
    (right, among_first)
}

/// Scores, classes and `top_k` go in.
type Count<T> = fn(&[T], &[usize], usize) -> (u64, u64);

compiled_here!(Count<T> = count::<T>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_are_won_by_the_first() {
        let scores = [1.0, 3.0, 3.0, 0.0, 0.0, 0.0];
        assert_eq!(count(&scores, &[1, 0], 2), (2, 2));
        assert_eq!(count(&scores, &[2, 1], 2), (0, 2));
        assert_eq!(count(&scores, &[0, 2], 2), (0, 0));
        assert_eq!(count(&scores, &[0, 2], 3), (0, 2));
        assert_eq!(count::<f32>(&[], &[], 1), (0, 0));
    }

    #[test]
    fn a_confusion_matrix() {
        let matrix = ConfusionMatrix { counts: ndarray::array![[8, 2], [1, 9]] };
        assert_eq!(matrix.accuracy(), 0.85);
        assert_eq!(matrix.precision(0), 8.0 / 9.0);
        assert_eq!(matrix.recall(1), 0.9);
        assert_eq!(matrix.to_string(), "is \\ told  0  1\n        0  8  2\n        1  1  9");
    }
}
