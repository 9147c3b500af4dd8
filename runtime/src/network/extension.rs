//! Methods of every declared network that need no code in its expansion.

#[cfg(feature = "std")]
use std::path::Path;

#[cfg(feature = "std")]
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

#[cfg(feature = "std")]
use super::create::workspace_for;
use super::declared::Network;
#[cfg(feature = "std")]
use super::hidden::{Hidden, hidden_in};
#[cfg(feature = "std")]
use super::input_gradient::{EachInput, each_input, input_gradient_in};
#[cfg(feature = "std")]
use super::memory::rows;
use super::predict::scores_in;
use super::probabilities::{EachOutput, class_of_in, probabilities_in};
#[cfg(feature = "std")]
use super::probabilities::{classes, classes_in, each_output};
#[cfg(feature = "std")]
use super::widths::{Erased, TargetsOf, Widths};
use super::widths::{Sample, Samples};
use super::workspace::Memory;
#[cfg(feature = "std")]
use super::workspace::Workspace;
use crate::error::Error;
use crate::kernels::blend;
use crate::params::tensor::Kind;
#[cfg(feature = "std")]
use crate::saving::{self, Layout};
#[cfg(feature = "std")]
use crate::training::parts::{Parts, gradient_in_parts};

/// More methods of declared networks.
///
/// A declaration brings this trait into scope in its own module. In other modules, write
/// `use chainrule::NetworkExt;`.
///
/// # Probabilities and classes
///
/// The loss of the network determines both, see [`Loss::probabilities`](crate::losses::Loss) and
/// `Loss::class`:
///
/// | loss | probabilities | class of a sample |
/// |---|---|---|
/// | [`SoftmaxWithLoss`](crate::losses::SoftmaxWithLoss), [`KlDivergence`](crate::losses::KlDivergence) | softmax of the scores | the largest score, the first of equal ones |
/// | [`BinaryCrossEntropy`](crate::losses::BinaryCrossEntropy) | sigmoid of each score | one output: 1 above a probability of ½, otherwise 0; several: [`Error::NoClasses`] |
/// | [`IdentityWithLoss`](crate::losses::IdentityWithLoss), [`Huber`](crate::losses::Huber) | [`Error::NoProbabilities`] | as for a softmax; one output: [`Error::NoClasses`] |
///
/// A network with several outputs returns a tuple with an item for each, as `predict` does. If each
/// has a loss of its own, that loss determines its probabilities and its class. Outputs whose loss has
/// no probabilities keep their scores, as long as one has some:
///
/// ```
/// use chainrule::{Init, NetworkExt, Rng, network};
///
/// network! {
///     struct Actor {
///         input state: [4];
///         let h = state -> Affine(8) -> Tanh;
///         (h -> Affine(3), h -> Affine(1)) => (SoftmaxWithLoss, 0.5 * Huber)
///     }
/// }
/// let net = Actor::new(Init::Xavier, &mut Rng::seed(0));
/// let (policy, value) = net.predict_proba(&[[0.1, 0.2, 0.3, 0.4]])?;
/// assert!((policy.sum() - 1.0).abs() < 1e-6);
/// assert_eq!(value, net.predict(&[[0.1, 0.2, 0.3, 0.4]])?.1);
/// // A value chooses no class, so `classes` of both is an error.
/// assert!(net.classes_of_output(&[[0.1, 0.2, 0.3, 0.4]], 0)?[0] < 3);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// With one output:
///
/// ```
/// use chainrule::{Init, Rng, Workspace, network};
///
/// network! { struct Net = Affine(2, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss; }
/// let net = Net::new(Init::He, &mut Rng::seed(0));
///
/// let x = [[0.5, -1.0], [2.0, 0.0]];
/// let probabilities = net.predict_proba(&x)?; // 2 × 3
/// assert!((probabilities.row(0).sum() - 1.0).abs() < 1e-6);
///
/// let classes: Vec<usize> = net.classes(&x)?;
/// assert_eq!(classes[1], net.class_of(&[2.0, 0.0])?);
///
/// // Without allocation from the second time on.
/// let (mut workspace, mut classes) = (Workspace::new(), Vec::new());
/// net.classes_in(&x, &mut workspace, &mut classes)?;
/// let probabilities = net.predict_proba_in(&x, &mut workspace)?;
/// assert!(probabilities[(0, classes[0])] >= 1.0 / 3.0);
/// # Ok::<(), chainrule::Error>(())
/// ```
pub trait NetworkExt: Network {
    /// The scores of a batch as one slice, the outputs of the first sample first, as `predict`
    /// computes them. They are stored in the workspace. This method needs no heap.
    ///
    /// ```
    /// use chainrule::{Init, NetworkExt, Rng, Workspace, network};
    ///
    /// network! { struct Net = Affine(2, 3) => SoftmaxWithLoss; }
    /// let net = Net::new(Init::Auto, &mut Rng::seed(0));
    /// let mut workspace = Workspace::new();
    /// let scores = net.scores_in(&[[0.5, -1.0], [2.0, 0.0]], &mut workspace)?;
    /// let rows: &[[f32; 3]] = scores.as_chunks().0;
    /// assert_eq!(rows.len(), 2);
    /// # Ok::<(), chainrule::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As `predict`.
    fn scores_in<'w>(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        workspace: &'w mut impl Memory<Self::Scalar>,
    ) -> Result<&'w [Self::Scalar], Error> {
        scores_in(self, x.views().as_ref(), workspace).map(|scores| &*scores)
    }

    /// The probabilities of a batch as one slice, as [`scores_in`](NetworkExt::scores_in) returns
    /// scores. This method needs no heap.
    ///
    /// # Errors
    ///
    /// As `predict`, and [`Error::NoProbabilities`] if the loss has none.
    fn probabilities_in<'w>(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        workspace: &'w mut impl Memory<Self::Scalar>,
    ) -> Result<&'w [Self::Scalar], Error> {
        probabilities_in(self, x.views().as_ref(), workspace)
    }

    /// The probabilities of a batch, `batch × outputs`: the outputs of `predict` after the softmax
    /// or sigmoid of the loss. Allocates them; see [`predict_proba_in`](NetworkExt::predict_proba_in).
    ///
    /// # Errors
    ///
    /// As `predict`, and [`Error::NoProbabilities`] if the loss has none.
    #[cfg(feature = "std")]
    fn predict_proba(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
    ) -> Result<EachOutput<Self, Array2<Self::Scalar>>, Error> {
        let mut workspace = Workspace::new();
        let all = probabilities_in(self, x.views().as_ref(), &mut workspace)?;
        Ok(each_output::<Self, _>(rows(all, Self::OUTPUTS), |part| part.to_owned()))
    }

    /// Like [`predict_proba`](NetworkExt::predict_proba), without allocating: the probabilities are
    /// stored in the workspace.
    ///
    /// # Errors
    ///
    /// As [`predict_proba`](NetworkExt::predict_proba).
    #[cfg(feature = "std")]
    fn predict_proba_in<'w>(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        workspace: &'w mut Workspace<Self::Scalar>,
    ) -> Result<EachOutput<Self, ArrayView2<'w, Self::Scalar>>, Error> {
        let all = probabilities_in(self, x.views().as_ref(), workspace)?;
        Ok(each_output::<Self, _>(rows(all, Self::OUTPUTS), |part| part))
    }

    /// The probabilities of one sample. Allocates; see
    /// [`probabilities_of_in`](NetworkExt::probabilities_of_in).
    ///
    /// # Errors
    ///
    /// As [`predict_proba`](NetworkExt::predict_proba).
    #[cfg(feature = "std")]
    fn probabilities_of(
        &self,
        sample: impl Sample<Self::Scalar, Self::Inputs>,
    ) -> Result<EachOutput<Self, Array1<Self::Scalar>>, Error> {
        let mut workspace = Workspace::new();
        let all = probabilities_in(self, sample.views().as_ref(), &mut workspace)?;
        Ok(each_output::<Self, _>(rows(all, Self::OUTPUTS), |part| part.row(0).to_owned()))
    }

    /// Like [`probabilities_of`](NetworkExt::probabilities_of), without allocating: the
    /// probabilities are stored in the workspace.
    ///
    /// # Errors
    ///
    /// As [`predict_proba`](NetworkExt::predict_proba).
    #[cfg(feature = "std")]
    fn probabilities_of_in<'w>(
        &self,
        sample: impl Sample<Self::Scalar, Self::Inputs>,
        workspace: &'w mut Workspace<Self::Scalar>,
    ) -> Result<EachOutput<Self, ArrayView1<'w, Self::Scalar>>, Error> {
        let all = probabilities_in(self, sample.views().as_ref(), workspace)?;
        Ok(each_output::<Self, _>(rows(all, Self::OUTPUTS), |part| {
            part.index_axis_move(Axis(0), 0)
        }))
    }

    /// The class of each sample. Allocates; see [`classes_in`](NetworkExt::classes_in).
    ///
    /// # Errors
    ///
    /// As `predict`, and [`Error::NoClasses`] for an output that does not choose a class.
    #[cfg(feature = "std")]
    fn classes(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
    ) -> Result<EachOutput<Self, Vec<usize>>, Error> {
        classes(self, x.views().as_ref())
    }

    /// Like [`classes`](NetworkExt::classes), without allocating: replaces the contents of
    /// `classes`, which only grows; a tuple of `&mut Vec`s for several outputs.
    ///
    /// # Errors
    ///
    /// As [`classes`](NetworkExt::classes).
    #[cfg(feature = "std")]
    fn classes_in(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        workspace: &mut Workspace<Self::Scalar>,
        classes: EachOutput<Self, &mut Vec<usize>>,
    ) -> Result<(), Error> {
        let classes = Self::Outputs::list(classes).into_iter().enumerate();
        classes_in(self, x.views().as_ref(), workspace, classes)
    }

    /// The class of each sample in one output, counted from 0. Allocates; see
    /// [`classes_of_output_in`](NetworkExt::classes_of_output_in).
    ///
    /// # Errors
    ///
    /// As [`classes`](NetworkExt::classes), and [`Error::NoOutput`] if there is no such output.
    #[cfg(feature = "std")]
    fn classes_of_output(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        output: usize,
    ) -> Result<Vec<usize>, Error> {
        let mut classes = Vec::new();
        self.classes_of_output_in(x, output, &mut Workspace::new(), &mut classes)?;
        Ok(classes)
    }

    /// Like [`classes_of_output`](NetworkExt::classes_of_output), without allocating: replaces the
    /// contents of `classes`, which only grows.
    ///
    /// # Errors
    ///
    /// As [`classes_of_output`](NetworkExt::classes_of_output).
    #[cfg(feature = "std")]
    fn classes_of_output_in(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        output: usize,
        workspace: &mut Workspace<Self::Scalar>,
        classes: &mut Vec<usize>,
    ) -> Result<(), Error> {
        classes_in(self, x.views().as_ref(), workspace, [(output, classes)])
    }

    /// The class of one sample. Allocates a workspace; see
    /// [`class_of_in`](NetworkExt::class_of_in).
    ///
    /// # Errors
    ///
    /// As [`classes`](NetworkExt::classes).
    #[cfg(feature = "std")]
    fn class_of(
        &self,
        sample: impl Sample<Self::Scalar, Self::Inputs>,
    ) -> Result<EachOutput<Self, usize>, Error> {
        self.class_of_in(sample, &mut Workspace::new())
    }

    /// Like [`class_of`](NetworkExt::class_of), without allocating.
    ///
    /// # Errors
    ///
    /// As [`classes`](NetworkExt::classes).
    fn class_of_in(
        &self,
        sample: impl Sample<Self::Scalar, Self::Inputs>,
        workspace: &mut impl Memory<Self::Scalar>,
    ) -> Result<EachOutput<Self, usize>, Error> {
        class_of_in(self, sample.views().as_ref(), workspace)
    }

    /// Values inside the network, each `batch × width`, as a prediction computes them: without
    /// dropout, and with running statistics. Allocates; see [`hidden_in`](NetworkExt::hidden_in).
    /// [`Hidden`] has an example.
    ///
    /// # Errors
    ///
    /// As `predict`.
    #[cfg(feature = "std")]
    fn hidden<const VALUES: usize>(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        values: [Hidden<Self>; VALUES],
    ) -> Result<[Array2<Self::Scalar>; VALUES], Error> {
        let mut workspace = Workspace::new();
        let values = hidden_in(self, x.views().as_ref(), values, &mut workspace)?;
        Ok(values.map(|value| value.to_owned()))
    }

    /// Like [`hidden`](NetworkExt::hidden), without allocating: the values are stored in the
    /// workspace.
    ///
    /// # Errors
    ///
    /// As [`hidden`](NetworkExt::hidden).
    #[cfg(feature = "std")]
    fn hidden_in<'w, const VALUES: usize>(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        values: [Hidden<Self>; VALUES],
        workspace: &'w mut Workspace<Self::Scalar>,
    ) -> Result<[ArrayView2<'w, Self::Scalar>; VALUES], Error> {
        hidden_in(self, x.views().as_ref(), values, workspace)
    }

    /// The derivatives of the mean loss of a batch with respect to its features: `batch × features`
    /// for each input. A row is that of the sample's own loss, divided by the batch size. Allocates;
    /// see [`input_gradient_in`](NetworkExt::input_gradient_in).
    ///
    /// Like `gradient`, it differentiates the training pass, with dropout and the statistics of the
    /// batch.
    ///
    /// This is the attack of Goodfellow et al. (2015), which moves each feature by 0.1 in the
    /// direction that increases the loss:
    ///
    /// ```
    /// use chainrule::{Init, Rng, network};
    ///
    /// network! { struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss; }
    /// let net = Net::new(Init::He, &mut Rng::seed(0));
    ///
    /// let (mut x, t) = (chainrule::ndarray::array![[0.5, -1.0, 0.25, 2.0]], [2]);
    /// let before = net.loss(&x, &t)?;
    /// x += &net.input_gradient(&x, &t)?.mapv(|d| 0.1 * d.signum());
    /// assert!(net.loss(&x, &t)? > before);
    /// # Ok::<(), chainrule::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As `gradient`. [`Error::NotFinite`] if a derivative is not finite.
    #[cfg(feature = "std")]
    fn input_gradient(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        t: impl TargetsOf<Self::Scalar, Self::Targets, Self::Loss>,
    ) -> Result<EachInput<Self, Array2<Self::Scalar>>, Error> {
        let (mut workspace, mut grads) = (workspace_for(self), Self::zeros());
        let t = Erased::<Self::Targets, _>::new(&t);
        let all =
            input_gradient_in::<_, 0>(self, x.views().as_ref(), &t, &mut workspace, &mut grads)?;
        Ok(each_input::<Self, _>(all, |part| part.to_owned()))
    }

    /// Like [`input_gradient`](NetworkExt::input_gradient), without allocating: the derivatives are
    /// stored in the workspace. `grads` is memory for the backward pass, whose contents are
    /// unspecified afterwards.
    ///
    /// # Errors
    ///
    /// As [`input_gradient`](NetworkExt::input_gradient).
    #[cfg(feature = "std")]
    fn input_gradient_in<'w>(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        t: impl TargetsOf<Self::Scalar, Self::Targets, Self::Loss>,
        workspace: &'w mut Workspace<Self::Scalar>,
        grads: &mut Self,
    ) -> Result<EachInput<Self, ArrayView2<'w, Self::Scalar>>, Error> {
        let t = Erased::<Self::Targets, _>::new(&t);
        let all = input_gradient_in::<_, 0>(self, x.views().as_ref(), &t, workspace, grads)?;
        Ok(each_input::<Self, _>(all, |part| part))
    }

    /// Like `gradient_in`, for a batch that is divided: computed a few samples at a time, or on
    /// several ranks. [`Parts`] has an example. The loss and the gradients are those of the whole
    /// batch.
    ///
    /// # Errors
    ///
    /// As `gradient_in`. [`Error::HyperParameter`] for parts without samples, and [`Error::Ranks`]
    /// if another rank fails. The gradients may have changed in any case.
    #[cfg(feature = "std")]
    fn gradient_in_parts(
        &self,
        x: impl Samples<Self::Scalar, Self::Inputs>,
        t: impl TargetsOf<Self::Scalar, Self::Targets, Self::Loss>,
        parts: Parts<'_, Self::Scalar>,
        workspace: &mut Workspace<Self::Scalar>,
        grads: &mut Self,
    ) -> Result<Self::Scalar, Error> {
        let (x, t) = (x.views(), Erased::<Self::Targets, _>::new(&t));
        let divided = gradient_in_parts::<_, 0>(
            self,
            x.as_ref(),
            &t,
            parts,
            workspace,
            grads,
            |error| error,
            |_, _| (),
        )?;
        Ok(divided.loss.mean)
    }

    /// Moves the parameters a part `τ` of the way to those of `other`, `W ← (1 - τ) W + τ W'`, and
    /// copies the buffers of `other`. With a small `τ` after each step this is the soft update of a
    /// target network (Lillicrap et al., 2016), or an exponential moving average of the weights. A
    /// `τ` of 1 copies `other`.
    ///
    /// Buffers are copied because some of them are counts. PyTorch's `AveragedModel` copies them too.
    ///
    /// ```
    /// use chainrule::{Init, Rng, network};
    ///
    /// network! { struct Value = Affine(4, 8) -> Relu -> Affine(8, 2) => Huber; }
    /// let net = Value::new(Init::He, &mut Rng::seed(0));
    /// let mut target = net.clone();
    /// // After each step of `net`:
    /// target.blend(&net, 0.005)?;
    /// # Ok::<(), chainrule::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `τ` is not from 0 to 1. Nothing is changed in that case.
    fn blend(&mut self, other: &Self, tau: f64) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&tau) {
            let (name, expected) = ("tau", "a number from 0 to 1");
            return Err(Error::HyperParameter { name, value: tau, expected });
        }
        let (numbers, others) = (self.numbers_mut(), other.numbers());
        for tensor in Self::TENSORS {
            let (numbers, others) = (tensor.of_mut(numbers), tensor.of(others));
            match tensor.kind {
                Kind::Buffer => numbers.copy_from_slice(others),
                Kind::Weight | Kind::Bias => blend(numbers, others, tau),
            }
        }
        Ok(())
    }

    /// Writes the parameters to the file at `path`, as [`saving::save`] does in the layout of this
    /// crate.
    ///
    /// # Errors
    ///
    /// [`saving::Error::File`] if the file cannot be written. The existing file at `path` is then
    /// unchanged.
    #[cfg(feature = "std")]
    fn save(&self, path: impl AsRef<Path>) -> Result<(), saving::Error> {
        saving::save(self, path, Layout::Chainrule)
    }

    /// Creates a network with the parameters in the file at `path`, as [`saving::load`] does in the
    /// layout of this crate. `Net::load` means `Net::<f32>::load`.
    ///
    /// # Errors
    ///
    /// [`saving::Error::File`] if the file cannot be read or is not of this network.
    #[cfg(feature = "std")]
    fn load(path: impl AsRef<Path>) -> Result<Box<Self>, saving::Error> {
        let mut network = Self::zeros();
        saving::load(&mut *network, path, Layout::Chainrule)?;
        Ok(network)
    }
}

impl<N: Network> NetworkExt for N {}
