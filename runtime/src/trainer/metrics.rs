//! Metrics: loss and accuracy.

use core::fmt;

use ndarray::ArrayView2;

use super::error::{Error, placed};
use super::source::gather;
use crate::data::Dataset;
use crate::losses::Targets;
use crate::metrics::Metric;
use crate::network::accuracy::Right;
use crate::network::declared::Network;
use crate::network::workspace::Workspace;
use crate::saving::{State, Visitor};
use crate::training::batch::Batch;

/// The metrics of a network on some samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// The mean loss per sample.
    pub loss: f64,
    /// The fraction of correct samples, as `net.accuracy` computes it. `None` where that returns an
    /// error, for a network with a single number as output. Of several outputs, it is the mean; for
    /// one of them, [`measure`] its [`OutputAccuracy`](crate::metrics::OutputAccuracy).
    pub accuracy: Option<f64>,
    /// The fraction of samples whose class is among the `k` largest scores, if requested.
    pub top_k: Option<f64>,
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss {:.5}", self.loss)?;
        for (name, part) in [("accuracy", self.accuracy), ("top-k accuracy", self.top_k)] {
            if let Some(part) = part {
                write!(f, ", {name} {part:.4}")?;
            }
        }
        Ok(())
    }
}

/// Computes the loss and the accuracy of `network`, which may be in a box, on `data`.
///
/// ```
/// use chainrule::trainer::evaluate;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let metrics = evaluate(&net, (&[[0.5, 1.0], [-1.0, 2.0]], &[0, 1]))?;
/// assert!(metrics.loss > 0.0 && metrics.accuracy.is_some());
/// # Ok::<(), chainrule::trainer::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::NoSamples`], [`Error::Dataset`] and [`Error::Gathered`] if the data set does not return
/// the samples. [`Error::Samples`] for invalid data and for results that are not finite.
pub fn evaluate<N: Network>(
    network: &impl AsRef<N>,
    data: impl Dataset<N>,
) -> Result<Metrics, Error> {
    let indices: Vec<_> = (0..data.len()).collect();
    Evaluator::new(None).over(network.as_ref(), &data, &indices, None, |_, _| ())
}

/// Computes a metric of `network` on `data`.
///
/// ```
/// use chainrule::metrics::R2;
/// use chainrule::trainer::measure;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(1, 1) => IdentityWithLoss; }
/// let net = Net::new(Init::Zeros, &mut Rng::seed(0));
/// // Outputs of 0, where the mean of the targets is 0.
/// assert_eq!(measure(&net, (&[[1.0], [2.0]], &[[-1.0], [1.0]]), &R2)?, Some(0.0));
/// # Ok::<(), chainrule::trainer::Error>(())
/// ```
///
/// # Errors
///
/// As [`evaluate`].
pub fn measure<N: Network>(
    network: &impl AsRef<N>,
    data: impl Dataset<N>,
    metric: &dyn Metric<N>,
) -> Result<Option<f64>, Error> {
    let indices: Vec<_> = (0..data.len()).collect();
    let mut sums = vec![0.0; metric.sums()];
    Evaluator::new(None).loss_with(
        network.as_ref(),
        &data,
        &indices,
        None,
        |scores, targets| {
            metric.add(scores, targets, &mut sums);
        },
    )?;
    Ok(metric.value(&sums))
}

/// The metrics that were added to a trainer.
pub(super) type Added<'a, N> = [Box<dyn Metric<N> + 'a>];

/// The sums of several metrics, one after the other, before the first sample.
pub(super) fn empty_sums<N: Network>(metrics: &Added<'_, N>) -> Vec<f64> {
    vec![0.0; metrics.iter().map(|metric| metric.sums()).sum()]
}

/// Adds a batch to the sums of several metrics.
pub(super) fn add_to_sums<N: Network>(
    metrics: &Added<'_, N>,
    scores: ArrayView2<'_, N::Scalar>,
    targets: Targets<'_, N::Scalar>,
    mut sums: &mut [f64],
) {
    for metric in metrics {
        let (own, rest) = sums.split_at_mut(metric.sums());
        metric.add(scores, targets, own);
        sums = rest;
    }
}

/// Adds the sums of other samples to those of several metrics.
pub(super) fn merge_sums<N: Network>(
    metrics: &Added<'_, N>,
    mut sums: &mut [f64],
    mut others: &[f64],
) {
    for metric in metrics {
        let (own, rest) = sums.split_at_mut(metric.sums());
        let (other, other_rest) = others.split_at(metric.sums());
        metric.merge(own, other);
        (sums, others) = (rest, other_rest);
    }
}

/// The values of several metrics.
pub(super) fn values<N: Network>(
    metrics: &Added<'_, N>,
    mut sums: &[f64],
) -> impl Iterator<Item = Option<f64>> {
    metrics.iter().map(move |metric| {
        let (own, rest) = sums.split_at(metric.sums());
        sums = rest;
        // A table of the history has no other numbers.
        metric.value(own).filter(|value| value.is_finite())
    })
}

/// Evaluates data sets in batches, with its own buffers.
pub(super) struct Evaluator<N: Network> {
    pub(super) batch: Batch<N>,
    workspace: Workspace<N::Scalar>,
    top_k: Option<usize>,
}

/// Number of samples in a batch.
const BATCH: usize = 500;

impl<N: Network> Evaluator<N> {
    /// Creates an evaluator. With `top_k`, it also counts how often a class is among the `top_k`
    /// largest scores.
    pub(super) fn new(top_k: Option<usize>) -> Evaluator<N> {
        Evaluator { batch: Batch::new(), workspace: Workspace::new(), top_k }
    }

    /// The metrics of the samples of `data` at `indices`. `look` receives the scores and targets of
    /// each batch.
    pub(super) fn over(
        &mut self,
        network: &N,
        data: &dyn Dataset<N>,
        indices: &[usize],
        epoch: Option<u64>,
        look: impl FnMut(ArrayView2<'_, N::Scalar>, Targets<'_, N::Scalar>),
    ) -> Result<Metrics, Error> {
        check_some(indices, data)?;
        Ok(self.tally(network, data, indices, epoch, look)?.metrics(self.top_k))
    }

    /// The variant of `over` that returns the sums, also of no samples.
    pub(super) fn tally(
        &mut self,
        network: &N,
        data: &dyn Dataset<N>,
        indices: &[usize],
        epoch: Option<u64>,
        mut look: impl FnMut(ArrayView2<'_, N::Scalar>, Targets<'_, N::Scalar>),
    ) -> Result<Tally, Error> {
        let (mut tally, top_k) = (Tally::default(), self.top_k);
        let losses = self.losses(network, data, indices, epoch, |scores, targets| {
            tally.see::<N>(scores, targets, top_k);
            look(scores, targets);
        })?;
        tally.add(losses.weight, losses.loss);
        Ok(tally)
    }

    /// The mean loss of the samples of `data` at `indices`. `look` receives the scores and targets
    /// of each batch.
    pub(super) fn loss_with(
        &mut self,
        network: &N,
        data: &dyn Dataset<N>,
        indices: &[usize],
        epoch: Option<u64>,
        look: impl FnMut(ArrayView2<'_, N::Scalar>, Targets<'_, N::Scalar>),
    ) -> Result<f64, Error> {
        check_some(indices, data)?;
        Ok(self.losses(network, data, indices, epoch, look)?.mean_loss())
    }

    /// The sum of the losses of the samples of `data` at `indices`.
    fn losses(
        &mut self,
        network: &N,
        data: &dyn Dataset<N>,
        indices: &[usize],
        epoch: Option<u64>,
        mut look: impl FnMut(ArrayView2<'_, N::Scalar>, Targets<'_, N::Scalar>),
    ) -> Result<Tally, Error> {
        let mut losses = Tally::default();
        for indices in indices.chunks(BATCH) {
            let batch = &mut self.batch;
            gather(data, indices, batch, epoch)?;
            let loss = batch
                .loss_summed(network, &mut self.workspace, |scores| look(scores, batch.targets()))
                .map_err(|cause| Error::Samples { epoch, cause: placed(cause, indices) })?;
            losses.add(batch.divisor(), loss.sum);
        }
        Ok(losses)
    }
}

/// Rejects an evaluation without samples.
fn check_some<N: Network>(indices: &[usize], data: &dyn Dataset<N>) -> Result<(), Error> {
    match indices.is_empty() {
        true => Err(Error::NoSamples { purpose: "validation", samples: data.len() }),
        false => Ok(()),
    }
}

/// Accumulates [`Metrics`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    /// The divisor of the losses.
    weight: f64,
    /// The sum of the losses of all samples.
    loss: f64,
    right: Right,
}

impl Tally {
    /// Adds a batch: the weight of its samples, and the sum of their losses, which may be nonzero
    /// even if the weight is 0.
    pub(super) fn add(&mut self, weight: f64, losses: f64) {
        self.weight += weight;
        self.loss += losses;
    }

    /// The mean loss; 0 if the weight is 0.
    fn mean_loss(&self) -> f64 {
        if self.weight > 0.0 { self.loss / self.weight } else { 0.0 }
    }

    /// The numbers, for [`add_numbers`](Tally::add_numbers).
    pub(super) fn numbers(&self) -> [f64; 5] {
        let Right { samples, right, among_first } = self.right;
        [self.weight, self.loss, samples as f64, right, among_first]
    }

    /// Adds the numbers of another tally.
    pub(super) fn add_numbers(&mut self, [weight, loss, samples, right, among_first]: [f64; 5]) {
        self.add(weight, loss);
        self.right.samples += samples as u64;
        self.right.right += right;
        self.right.among_first += among_first;
    }

    /// Counts the correct samples.
    pub(super) fn see<N: Network>(
        &mut self,
        scores: ArrayView2<'_, N::Scalar>,
        targets: Targets<'_, N::Scalar>,
        top_k: Option<usize>,
    ) {
        let Some(scores) = scores.to_slice() else { return };
        self.right.see::<N>(scores, targets, top_k.unwrap_or(0));
    }

    pub(super) fn metrics(&self, top_k: Option<usize>) -> Metrics {
        let (loss, accuracy) = (self.mean_loss(), self.right.accuracy());
        Metrics { loss, accuracy, top_k: top_k.and_then(|_| self.right.top_k()) }
    }
}

impl<N: Network> State<N> for Tally {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.float("weight", &mut self.weight);
        visitor.float("loss", &mut self.loss);
        let Right { samples, right, among_first } = &mut self.right;
        visitor.integer("samples", samples);
        visitor.float("right", right);
        visitor.float("among first", among_first);
    }
}
