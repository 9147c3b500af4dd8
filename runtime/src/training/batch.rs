//! A batch for code that works with any network.

use std::fmt;

use ndarray::ArrayView2;

use super::train_step::train_step_with;
use crate::error::Error;
use crate::losses::{ClassLoss, Loss, Targets};
use crate::network::batch_loss::BatchLoss;
use crate::network::declared::Network;
use crate::network::gradient::gradient_with;
use crate::network::input::{Label, Staging, Target};
use crate::network::predict::{loss_with, predict_in};
use crate::network::trace::{Trace, trace};
use crate::network::workspace::Workspace;
use crate::optim::Optimizer;

/// Samples and what the outputs of a network `N` for them are held against.
///
/// The methods of a declared network take arrays, whose width the compiler checks.
/// Here sizes are looked at when the batch is used, so that a function can be
/// written for all networks, as the [`trainer`](crate::trainer) is. The room of a
/// batch is kept by [`clear`](Batch::clear): one that is filled again and again
/// allocates nothing.
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
/// assert!(batch.loss(&*net, &mut Workspace::new())? < first);
/// # Ok::<(), Error>(())
/// ```
pub struct Batch<N: Network> {
    features: Vec<N::Scalar>,
    labels: Vec<usize>,
    rows: Vec<N::Scalar>,
}

impl<N: Network> Batch<N> {
    /// A batch without samples.
    pub fn new() -> Batch<N> {
        Batch { features: Vec::new(), labels: Vec::new(), rows: Vec::new() }
    }

    /// Takes all samples out. The room stays.
    pub fn clear(&mut self) {
        self.features.clear();
        self.labels.clear();
        self.rows.clear();
    }

    /// The features, [`INPUTS`](crate::layers::Layer::INPUTS) for each sample, one
    /// sample after the other; several inputs side by side.
    pub fn features(&self) -> &[N::Scalar] {
        &self.features
    }

    /// The features, to be changed, and to append those of another sample to.
    pub fn features_mut(&mut self) -> &mut Vec<N::Scalar> {
        &mut self.features
    }

    /// Appends the class of another sample.
    ///
    /// # Errors
    ///
    /// [`Error::Label`] if the network has no such class.
    pub fn push_label(&mut self, label: impl Label) -> Result<(), Error>
    where
        N::Loss: ClassLoss,
    {
        let (sample, classes, label) = (self.labels.len(), N::OUTPUTS, label.class());
        match usize::try_from(label) {
            Ok(class) if class < classes => self.labels.push(class),
            _ => return Err(Error::Label { sample, label, classes }),
        }
        Ok(())
    }

    /// Appends the row of targets of another sample.
    ///
    /// # Errors
    ///
    /// [`Error::TargetColumns`] if it does not have a number for each output.
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

    /// The targets: rows, if there are any, else labels.
    pub fn targets(&self) -> Targets<'_, N::Scalar> {
        match self.rows.is_empty() {
            true => Targets::Labels(&self.labels),
            false => Targets::Rows(&self.rows),
        }
    }

    /// What the loss of the batch is divided by, as
    /// [`Loss::weight`](crate::losses::Loss::weight) says.
    pub fn weight(&self) -> f64 {
        N::loss_function().weight(self.targets(), N::OUTPUTS, self.len())
    }

    /// How many samples have targets.
    pub fn len(&self) -> usize {
        match self.targets() {
            Targets::Labels(labels) => labels.len(),
            Targets::Rows(rows) => rows.len() / N::OUTPUTS,
        }
    }

    /// Whether no sample has a target.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The loss of the batch, and its derivatives with respect to the parameters in
    /// `grads`: the `gradient_in` of a declared network.
    ///
    /// # Errors
    ///
    /// [`Error`], if the data cannot be right or a result is not finite. The network
    /// is not changed, nor are the gradients but for [`Error::Gradient`].
    pub fn gradient(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
    ) -> Result<N::Scalar, Error> {
        self.gradient_with(network, workspace, grads, |_| ())
    }

    /// As [`gradient`](Batch::gradient), where `on_scores` sees the scores, `batch ×
    /// outputs`, on the way.
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

    /// As `gradient_with`, with the sum that the loss is the mean of.
    pub(crate) fn gradient_summed(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>) + Send,
    ) -> Result<BatchLoss<N::Scalar>, Error> {
        gradient_with::<N, 0>(network, &[self.view()?], self, workspace, grads, on_scores)
    }

    /// A step of training, and the loss before it: the `train_step` of a declared
    /// network. What is in `grads` afterwards has no meaning.
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

    /// As [`train_step`](Batch::train_step), where `on_scores` sees the scores, `batch ×
    /// outputs`, on the way.
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

    /// As `train_step_with`, with the sum that the loss is the mean of.
    pub(crate) fn train_step_summed(
        &self,
        network: &mut N,
        optimizer: &mut impl Optimizer<N>,
        workspace: &mut Workspace<N::Scalar>,
        grads: &mut N,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>) + Send,
    ) -> Result<BatchLoss<N::Scalar>, Error> {
        let x = &[self.view()?];
        train_step_with::<N, 0>(network, x, self, optimizer, workspace, grads, on_scores)
    }

    /// The loss of the batch.
    ///
    /// # Errors
    ///
    /// [`Error`], if the data cannot be right or a result is not finite.
    pub fn loss(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
    ) -> Result<N::Scalar, Error> {
        self.loss_with(network, workspace, |_| ())
    }

    /// As [`loss`](Batch::loss), where `on_scores` sees the scores, `batch × outputs`,
    /// on the way.
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

    /// As `loss_with`, with the sum that the loss is the mean of.
    pub(crate) fn loss_summed(
        &self,
        network: &N,
        workspace: &mut Workspace<N::Scalar>,
        on_scores: impl FnOnce(ArrayView2<'_, N::Scalar>),
    ) -> Result<BatchLoss<N::Scalar>, Error> {
        loss_with::<N, 0>(network, &[self.view()?], self, workspace, on_scores)
    }

    /// The scores, `batch × outputs`. Targets are not needed.
    ///
    /// # Errors
    ///
    /// [`Error`], if the features cannot be right or a score is not finite.
    pub fn predict<'w>(
        &self,
        network: &N,
        workspace: &'w mut Workspace<N::Scalar>,
    ) -> Result<ArrayView2<'w, N::Scalar>, Error> {
        predict_in(network, &[self.view()?], workspace)
    }

    /// How large the values of a pass are, layer by layer.
    ///
    /// # Errors
    ///
    /// [`Error`], if the data cannot be right.
    pub fn trace(&self, network: &N) -> Result<Trace, Error> {
        trace::<N, 0>(network, &[self.view()?], self)
    }

    /// The features as rows, one for each sample.
    fn view(&self) -> Result<ArrayView2<'_, N::Scalar>, Error> {
        let (expected, rest) = (N::INPUTS, self.features.len() % N::INPUTS);
        let shape = (self.features.len() / expected, expected);
        match ArrayView2::from_shape(shape, &self.features) {
            Ok(view) if rest == 0 => Ok(view),
            // What the last sample has.
            _ => Err(Error::Features { network: N::NAME, expected, found: rest }),
        }
    }
}

/// The number of outputs is that of the network, whatever the constant says.
#[diagnostic::do_not_recommend]
impl<N: Network, const OUTPUTS: usize> Target<N::Scalar, OUTPUTS, N::Loss> for Batch<N> {
    fn stage<'a>(
        &'a self,
        _network: &'static str,
        _staging: &'a mut Staging<N::Scalar>,
    ) -> Result<Targets<'a, N::Scalar>, Error> {
        Ok(self.targets())
    }
}

impl<N: Network> Default for Batch<N> {
    fn default() -> Batch<N> {
        Batch::new()
    }
}

impl<N: Network> Clone for Batch<N> {
    fn clone(&self) -> Batch<N> {
        let Batch { features, labels, rows } = self;
        Batch { features: features.clone(), labels: labels.clone(), rows: rows.clone() }
    }
}

/// The sizes only.
impl<N: Network> fmt::Debug for Batch<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("network", &N::NAME)
            .field("samples", &self.len())
            .finish_non_exhaustive()
    }
}
