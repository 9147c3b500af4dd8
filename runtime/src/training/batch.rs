//! Batches for code that is generic over networks.

use core::fmt;
use core::ops::Range;

use ndarray::ArrayView2;
use num_traits::{Float, Zero};

use super::parts::{Divided, OnScores, Parts, gradient_in_parts};
use super::train_step::train_step_with;
use crate::error::Error;
use crate::losses::targets::{IGNORED, Weighed};
use crate::losses::{ClassLoss, EachStep, Loss, Targets};
use crate::network::batch_loss::BatchLoss;
use crate::network::declared::Network;
use crate::network::gradient::gradient_with;
use crate::network::input::{
    Label, Staging, Target, checked_label, checked_step_label, write_label,
};
use crate::network::input_gradient::input_gradient_in;
use crate::network::memory::rows;
use crate::network::predict::{loss_with, predict_in};
use crate::network::probabilities::{classes_in, probabilities_in};
use crate::network::rows::RowView;
use crate::network::trace::{Trace, trace};
use crate::network::workspace::Workspace;
use crate::optim::Optimizer;

/// Samples of a network `N` and their targets.
///
/// The methods of a declared network take arrays, whose width the compiler checks. A batch checks
/// sizes when it is used, so that functions can be generic over networks, as in the
/// [`trainer`](crate::trainer). [`clear`](Batch::clear) keeps the allocated memory, so reusing a
/// batch does not allocate.
///
/// ```
/// use chainrule::{Batch, Error, Init, Network, Optimizer, Rng, Sgd, Workspace, network};
///
/// /// A step of training, of any network; returns the loss.
/// fn step<N: Network>(
///     net: &mut N,
///     batch: &Batch<N>,
///     optimizer: &mut impl Optimizer<N>,
///     (workspace, grads): &mut (Workspace<N::Scalar>, Box<N>),
/// ) -> Result<N::Scalar, Error> {
///     let loss = batch.gradient(net, workspace, grads)?;
///     optimizer.step(net, grads);
///     Ok(loss)
/// }
///
/// network! { struct Xor = Affine(2, 8) -> Sigmoid -> Affine(8, 2) => SoftmaxWithLoss; }
///
/// let mut batch = Batch::<Xor>::new();
/// for (x, label) in [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)] {
///     batch.features_mut().extend(x);
///     batch.push_label(label)?;
/// }
///
/// let mut net = Xor::new(Init::Normal(1.0), &mut Rng::seed(0));
/// let mut room = (Workspace::new(), Xor::zeros());
/// let first = step(&mut *net, &batch, &mut Sgd::new(0.5)?, &mut room)?;
/// assert!(batch.loss(&net, &mut Workspace::new())? < first);
/// # Ok::<(), Error>(())
/// ```
pub struct Batch<N: Network> {
    features: Vec<N::Scalar>,
    labels: Vec<usize>,
    rows: Vec<N::Scalar>,
    /// The weights of the samples; empty if they have none.
    weights: Vec<N::Scalar>,
}

impl<N: Network> Batch<N> {
    /// Creates a batch without samples.
    pub fn new() -> Batch<N> {
        Batch { features: Vec::new(), labels: Vec::new(), rows: Vec::new(), weights: Vec::new() }
    }

    /// Removes all samples. The allocated memory is kept.
    pub fn clear(&mut self) {
        self.features.clear();
        self.labels.clear();
        self.rows.clear();
        self.weights.clear();
    }

    /// The features, [`INPUTS`](crate::layers::Layer::INPUTS) per sample, in sample order. Several
    /// inputs are concatenated.
    pub fn features(&self) -> &[N::Scalar] {
        &self.features
    }

    /// The features, to change them or to append those of a sample.
    pub fn features_mut(&mut self) -> &mut Vec<N::Scalar> {
        &mut self.features
    }

    /// Appends the label of a sample.
    ///
    /// # Errors
    ///
    /// [`Error::Label`] if the network has no such class.
    pub fn push_label(&mut self, label: impl Label) -> Result<(), Error>
    where
        N::Loss: ClassLoss,
    {
        self.push_target_label(label, false)
    }

    /// Appends a label of a loss that takes one, in the way of that loss.
    pub(crate) fn push_target_label(
        &mut self,
        label: impl Label,
        is_binary: bool,
    ) -> Result<(), Error> {
        if is_binary {
            let sample = self.rows.len() / N::OUTPUTS;
            return self.push_written(|row| write_label(label, sample, true, row));
        }
        self.labels.push(checked_label(label, self.labels.len(), N::OUTPUTS)?);
        Ok(())
    }

    /// Appends the labels of the steps of a sample, for a network whose output is a sequence.
    ///
    /// # Errors
    ///
    /// [`Error::StepLabel`] if the network has no such class, and [`Error::Steps`] for too few or too
    /// many labels. The batch is then unchanged.
    pub fn push_labels<L, const STEPS: usize>(
        &mut self,
        labels: impl IntoIterator<Item = impl Label>,
    ) -> Result<(), Error>
    where
        N: Network<Loss = EachStep<L, STEPS>>,
        L: ClassLoss + Loss<N::Scalar>,
    {
        let (before, classes) = (self.labels.len(), N::OUTPUTS / STEPS);
        let sample = before / STEPS;
        let pushed = labels.into_iter().enumerate().try_for_each(|(step, label)| {
            self.labels.push(checked_step_label(label, (sample, step), classes)?);
            Ok(())
        });
        let found = self.labels.len() - before;
        let pushed = match pushed {
            Ok(()) if found != STEPS => Err(Error::Steps { expected: STEPS, found }),
            pushed => pushed,
        };
        if pushed.is_err() {
            self.labels.truncate(before);
        }
        pushed
    }

    /// Appends the target row of a sample.
    ///
    /// # Errors
    ///
    /// [`Error::TargetColumns`] if the number of elements differs from the number of outputs.
    pub fn push_row(&mut self, row: impl IntoIterator<Item = N::Scalar>) -> Result<(), Error> {
        let before = self.rows.len();
        self.rows.extend(row);
        let (expected, found) = (N::OUTPUTS, self.rows.len() - before);
        if found != expected {
            self.rows.truncate(before);
            return Err(Error::TargetColumns { network: N::NAME, expected, found });
        }
        Ok(())
    }

    /// Appends a target row of zeros, which `write` changes. If it returns an error, the row is
    /// removed.
    pub(crate) fn push_written(
        &mut self,
        write: impl FnOnce(&mut [N::Scalar]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let before = self.rows.len();
        self.rows.resize(before + N::OUTPUTS, N::Scalar::zero());
        let written = write(&mut self.rows[before..]);
        if written.is_err() {
            self.rows.truncate(before);
        }
        written
    }

    /// Appends the weight of a sample, see [`Weighted`](crate::Weighted). Give all samples a weight,
    /// or none.
    pub fn push_weight(&mut self, weight: N::Scalar) {
        self.weights.push(weight);
    }

    /// The weights of the samples, if they have any.
    pub fn sample_weights(&self) -> Option<&[N::Scalar]> {
        (!self.weights.is_empty()).then_some(&self.weights[..])
    }

    /// The targets: rows if there are any, otherwise labels.
    pub fn targets(&self) -> Targets<'_, N::Scalar> {
        match self.rows.is_empty() {
            true => Targets::Labels(&self.labels),
            false => Targets::Rows(&self.rows),
        }
    }

    /// The divisor of the loss of this batch, see [`Loss::weight`](crate::losses::Loss::weight).
    /// With weights of samples, it is their sum. Steps beyond the length of a padded sequence do not
    /// count.
    pub fn weight(&self) -> f64 {
        if N::PADDED_OUTPUT.is_none() {
            return self.divisor();
        }
        let mut marked = self.clone();
        marked.mark_padding();
        marked.divisor()
    }

    /// [`weight`](Batch::weight), of targets that are marked where they need to be.
    pub(crate) fn divisor(&self) -> f64 {
        let targets = Weighed { targets: self.targets(), weights: self.sample_weights() };
        N::loss_function().weight_weighed(targets, N::OUTPUTS, self.len())
    }

    /// Marks the targets of steps beyond the lengths of padded sequences, as an operation marks those
    /// that it reads. Invalid lengths are left to the operation, which reports them.
    pub(crate) fn mark_padding(&mut self) {
        let Some(input) = N::PADDED_OUTPUT.and_then(|at| N::PADDED_INPUTS.get(at)) else { return };
        let steps = N::loss_function().steps();
        let (mut labels, mut rows) =
            (self.labels.chunks_exact_mut(steps), self.rows.chunks_exact_mut(N::OUTPUTS));
        for (sample, features) in self.features.chunks_exact(N::INPUTS).enumerate() {
            let (labels, row) = (labels.next(), rows.next());
            let Ok(length) = input.checked(sample, features[input.length]) else { continue };
            if let Some(labels) = labels {
                labels[length..].fill(IGNORED);
            }
            if let Some(row) = row {
                row[length * (N::OUTPUTS / steps)..].fill(N::Scalar::nan());
            }
        }
    }

    /// The number of samples with targets.
    pub fn len(&self) -> usize {
        match self.targets() {
            Targets::Labels(labels) => labels.len() / N::loss_function().steps(),
            Targets::Rows(rows) => rows.len() / N::OUTPUTS,
        }
    }

    /// Whether the batch has no samples with targets.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the loss of the batch and stores its derivatives with respect to the parameters in
    /// `grads`, like `gradient_in` of a declared network.
    ///
    /// # Errors
    ///
    /// [`Error`] if the data is invalid or a result is not finite. The network is unchanged. The
    /// gradients are unchanged except for [`Error::Gradient`].
    pub fn gradient(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
    ) -> Result<N::Scalar, Error> {
        self.gradient_with(network, workspace, grads, |_| ())
    }

    /// The variant of [`gradient`](Batch::gradient) that passes the scores, `batch × outputs`, to
    /// `on_scores`.
    ///
    /// # Errors
    ///
    /// As [`gradient`](Batch::gradient).
    pub fn gradient_with(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>) + Send,
    ) -> Result<N::Scalar, Error> {
        Ok(self.gradient_summed(network, workspace, grads, on_scores)?.mean)
    }

    /// The variant of `gradient_with` that also returns the sum whose mean is the loss.
    pub(crate) fn gradient_summed(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>) + Send,
    ) -> Result<BatchLoss<N::Scalar>, Error> {
        let on_scores = |scores: &[N::Scalar]| on_scores(rows(scores, N::OUTPUTS));
        gradient_with::<N, 0>(network, &[self.view()?], self, workspace, grads, on_scores)
    }

    /// Like [`gradient`](Batch::gradient), for a batch that is divided: see [`Parts`]. On ranks, this
    /// batch is the share of a rank, which may be empty. The loss is that of the whole batch.
    ///
    /// # Errors
    ///
    /// As [`gradient`](Batch::gradient). [`Error::HyperParameter`] for parts without samples, and
    /// [`Error::Ranks`] if another rank fails.
    pub fn gradient_in_parts(
        &self,
        network: &N,
        parts: Parts<'_, N::Scalar>,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
    ) -> Result<N::Scalar, Error> {
        let unplaced = |error| error;
        Ok(self.gradient_divided(network, parts, workspace, grads, unplaced, |_, _| ())?.loss.mean)
    }

    /// The variant of `gradient_in_parts` that passes the scores and targets of each part to
    /// `on_scores`, and errors to `place`.
    pub(crate) fn gradient_divided(
        &self,
        network: &N,
        parts: Parts<'_, N::Scalar>,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
        place: impl Fn(Error) -> Error,
        on_scores: impl OnScores<N::Scalar>,
    ) -> Result<Divided<N::Scalar>, Error> {
        let x = &[self.view()?];
        gradient_in_parts::<N, 0>(network, x, self, parts, workspace, grads, place, on_scores)
    }

    /// Keeps only the samples of a range.
    pub(crate) fn keep(&mut self, samples: Range<usize>) {
        for (numbers, each) in [(&mut self.features, N::INPUTS), (&mut self.rows, N::OUTPUTS)] {
            numbers.truncate((samples.end * each).min(numbers.len()));
            numbers.drain(..(samples.start * each).min(numbers.len()));
        }
        let steps = N::loss_function().steps();
        self.labels.truncate(samples.end * steps);
        self.labels.drain(..(samples.start * steps).min(self.labels.len()));
        self.weights.truncate(samples.end);
        self.weights.drain(..samples.start.min(self.weights.len()));
    }

    /// Takes a training step and returns the loss before it, like `train_step` of a declared
    /// network. The contents of `grads` are unspecified afterwards.
    ///
    /// # Errors
    ///
    /// As [`gradient`](Batch::gradient).
    pub fn train_step(
        &self,
        network: &mut N,
        optimizer: &mut impl Optimizer<N>,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
    ) -> Result<N::Scalar, Error> {
        self.train_step_with(network, optimizer, workspace, grads, |_| ())
    }

    /// The variant of [`train_step`](Batch::train_step) that passes the scores, `batch × outputs`,
    /// to `on_scores`.
    ///
    /// # Errors
    ///
    /// As [`gradient`](Batch::gradient).
    pub fn train_step_with(
        &self,
        network: &mut N,
        optimizer: &mut impl Optimizer<N>,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>) + Send,
    ) -> Result<N::Scalar, Error> {
        Ok(self.train_step_summed(network, optimizer, workspace, grads, on_scores)?.mean)
    }

    /// The variant of `train_step_with` that also returns the sum whose mean is the loss.
    pub(crate) fn train_step_summed(
        &self,
        network: &mut N,
        optimizer: &mut impl Optimizer<N>,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>) + Send,
    ) -> Result<BatchLoss<N::Scalar>, Error> {
        let x = &[self.view()?];
        let on_scores = |scores: &[N::Scalar]| on_scores(rows(scores, N::OUTPUTS));
        train_step_with::<N, 0>(network, x, self, optimizer, workspace, grads, on_scores)
    }

    /// The loss of the batch.
    ///
    /// # Errors
    ///
    /// [`Error`] if the data is invalid or a result is not finite.
    pub fn loss(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
    ) -> Result<N::Scalar, Error> {
        self.loss_with(network, workspace, |_| ())
    }

    /// The variant of [`loss`](Batch::loss) that passes the scores, `batch × outputs`, to
    /// `on_scores`.
    ///
    /// # Errors
    ///
    /// As [`loss`](Batch::loss).
    pub fn loss_with(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>),
    ) -> Result<N::Scalar, Error> {
        Ok(self.loss_summed(network, workspace, on_scores)?.mean)
    }

    /// The variant of `loss_with` that also returns the sum whose mean is the loss.
    pub(crate) fn loss_summed(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>),
    ) -> Result<BatchLoss<N::Scalar>, Error> {
        let on_scores = |scores: &[N::Scalar]| on_scores(rows(scores, N::OUTPUTS));
        loss_with::<N, 0>(network, &[self.view()?], self, workspace, on_scores)
    }

    /// The scores, `batch × outputs`. Targets are not needed.
    ///
    /// # Errors
    ///
    /// [`Error`] if the features are invalid or a score is not finite.
    pub fn predict<'w>(
        &self,
        network: &N,
        workspace: &'w mut Workspace<N::Scalar>,
    ) -> Result<ArrayView2<'w, N::Scalar>, Error> {
        predict_in(network, &[self.view()?], workspace)
    }

    /// The probabilities, `batch × outputs`, see
    /// [`NetworkExt::predict_proba`](crate::NetworkExt::predict_proba). Several outputs are
    /// concatenated. Targets are not needed.
    ///
    /// # Errors
    ///
    /// As [`predict`](Batch::predict), and [`Error::NoProbabilities`] if the loss has none.
    pub fn predict_proba<'w>(
        &self,
        network: &N,
        workspace: &'w mut Workspace<N::Scalar>,
    ) -> Result<ArrayView2<'w, N::Scalar>, Error> {
        Ok(rows(probabilities_in(network, &[self.view()?], workspace)?, N::OUTPUTS))
    }

    /// Replaces the contents of `classes` by the class of each sample in one output, counted from
    /// 0. Targets are not needed.
    ///
    /// # Errors
    ///
    /// As [`predict`](Batch::predict), [`Error::NoClasses`] if the output does not choose a class,
    /// and [`Error::NoOutput`] if there is no such output.
    pub fn classes(
        &self,
        network: &N,
        output: usize,
        workspace: &mut Workspace<N::Scalar>,
        classes: &mut Vec<usize>,
    ) -> Result<(), Error> {
        classes_in(network, &[self.view()?], workspace, [(output, classes)])
    }

    /// The derivatives of the loss with respect to the features, `batch × features`, see
    /// [`NetworkExt::input_gradient`](crate::NetworkExt::input_gradient). Several inputs are
    /// concatenated. The contents of `grads` are unspecified afterwards.
    ///
    /// # Errors
    ///
    /// As [`gradient`](Batch::gradient). [`Error::NotFinite`] if a derivative is not finite.
    pub fn input_gradient<'w>(
        &self,
        network: &N,
        workspace: &'w mut Workspace<N::Scalar>,
        grads: &mut N,
    ) -> Result<ArrayView2<'w, N::Scalar>, Error> {
        input_gradient_in::<N, 0>(network, &[self.view()?], self, workspace, grads)
    }

    /// Returns the magnitudes of the values of a pass, by layer.
    ///
    /// # Errors
    ///
    /// [`Error`] if the data is invalid.
    pub fn trace(&self, network: &N) -> Result<Trace, Error> {
        trace::<N, 0>(network, &[self.view()?], self)
    }

    /// The features as rows, one per sample.
    fn view(&self) -> Result<RowView<'_, N::Scalar>, Error> {
        let (expected, rest) = (N::INPUTS, self.features.len() % N::INPUTS);
        match rest {
            0 => {
                let rows = self.features.len() / expected;
                Ok(RowView::Packed { items: &self.features, rows, columns: expected })
            }
            // The features of the last sample.
            found => Err(Error::Features { network: N::NAME, expected, found }),
        }
    }
}

/// The number of outputs is that of the network; the constant is not used.
#[diagnostic::do_not_recommend]
impl<N: Network, const OUTPUTS: usize> Target<N::Scalar, OUTPUTS, N::Loss> for Batch<N> {
    fn stage<'a>(
        &'a self,
        _network: &'static str,
        staging: Staging<'a, N::Scalar>,
    ) -> Result<Targets<'a, N::Scalar>, Error> {
        staging.padded(self.targets(), N::OUTPUTS)
    }

    fn sample_weights(&self) -> Option<&[N::Scalar]> {
        Batch::sample_weights(self)
    }
}

impl<N: Network> Default for Batch<N> {
    fn default() -> Batch<N> {
        Batch::new()
    }
}

impl<N: Network> Clone for Batch<N> {
    fn clone(&self) -> Batch<N> {
        let Batch { features, labels, rows, weights } = self;
        Batch {
            features: features.clone(),
            labels: labels.clone(),
            rows: rows.clone(),
            weights: weights.clone(),
        }
    }
}

/// Prints only the sizes.
impl<N: Network> fmt::Debug for Batch<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("network", &N::NAME)
            .field("samples", &self.len())
            .finish_non_exhaustive()
    }
}
