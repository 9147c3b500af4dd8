//! The settings of a training.

use core::ops::ControlFlow;
use std::path::PathBuf;

use super::history::Epoch;
#[cfg(feature = "progress")]
use super::progress::Progress;
use super::run::Run;
use crate::data::Dataset;
use crate::metrics::Metric;
use crate::network::declared::Network;
use crate::ranks::Ranks;
use crate::rng::Rng;
use crate::training::parts::Parts;

/// The settings of a training, which do not change while it runs.
pub(super) struct Settings<'a, N: Network, O> {
    pub(super) epochs: u64,
    pub(super) validation: ValidationSource<'a, N>,
    /// How batches are divided. `None` if they are not.
    pub(super) parts: Option<Parts<'a, N::Scalar>>,
    pub(super) clip: Option<f64>,
    pub(super) patience: Option<u64>,
    pub(super) top_k: Option<usize>,
    pub(super) metrics: Vec<Box<dyn Metric<N> + 'a>>,
    pub(super) augment: Option<Augment<'a, N>>,
    pub(super) keeper: Option<CheckpointWriter<'a, N, O>>,
    /// The number of steps between checkpoints, in addition to the end of each epoch.
    pub(super) checkpoint_every: Option<u64>,
    pub(super) on_step: Option<OnStep<'a, N>>,
    pub(super) on_epoch: Option<OnEpoch<'a, N>>,
    #[cfg(feature = "progress")]
    pub(super) progress: Option<Progress>,
}

/// The source of the validation samples.
pub(super) enum ValidationSource<'a, N> {
    Nowhere,
    Split(f64),
    Data(Box<dyn Dataset<N> + 'a>),
}

pub(super) type Augment<'a, N> = Box<dyn FnMut(&mut [<N as Network>::Scalar], &mut Rng) + 'a>;
pub(super) type OnStep<'a, N> = Box<dyn FnMut(&Step, &N) -> ControlFlow<()> + 'a>;
pub(super) type OnEpoch<'a, N> = Box<dyn FnMut(&Epoch, &N) -> ControlFlow<()> + 'a>;

/// What a function that looks at a training returns: nothing, or whether the training continues.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether the training continues",
    label = "expected nothing, or a `ControlFlow<()>`",
    note = "end the closure with `;` to return nothing, or return `ControlFlow::Continue(())` or \
            `ControlFlow::Break(())`"
)]
pub trait Flow {
    /// Whether the training continues.
    fn flow(self) -> ControlFlow<()>;
}

impl Flow for () {
    fn flow(self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Flow for ControlFlow<()> {
    fn flow(self) -> ControlFlow<()> {
        self
    }
}

/// A training step, as passed to [`Trainer::on_step`](crate::Trainer::on_step).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The epoch, counted from 1.
    pub epoch: u64,
    /// Steps since the start of the training, including this one.
    pub step: u64,
    /// The loss of the batch before the step.
    pub loss: f64,
    /// The learning rate of the step.
    pub learning_rate: f64,
    /// The gradient norm, if gradients are clipped.
    pub gradient_norm: Option<f64>,
}

/// Writes a run to a file.
pub(super) type Write<'a, N, O> =
    fn(&mut Run<'a, N, O>, &std::path::Path) -> Result<(), crate::saving::Error>;

/// The checkpoint of a run.
pub(super) struct CheckpointWriter<'a, N: Network, O> {
    pub(super) path: PathBuf,
    pub(super) write: Write<'a, N, O>,
    /// Whether a checkpoint of this run was written, so that errors can refer to it.
    pub(super) saved: bool,
}

impl<'a, N: Network, O> Settings<'a, N, O> {
    /// The processes that train together, if there are several.
    pub(super) fn ranks(&self) -> Option<&'a dyn Ranks<N::Scalar>> {
        self.parts.and_then(|parts| parts.ranks())
    }

    /// The number of this process, and the number of processes.
    pub(super) fn rank(&self) -> (usize, usize) {
        self.ranks().map_or((0, 1), |ranks| (ranks.rank(), ranks.count()))
    }

    pub(super) fn watch_step(&mut self, step: &Step, network: &N) -> ControlFlow<()> {
        #[cfg(feature = "progress")]
        if let Some(progress) = &self.progress {
            progress.step();
        }
        self.on_step.as_mut().map_or(ControlFlow::Continue(()), |look| look(step, network))
    }

    pub(super) fn watch_epoch(&mut self, epoch: &Epoch, network: &N) -> ControlFlow<()> {
        let on_epoch = self.on_epoch.as_mut();
        let look = || on_epoch.map_or(ControlFlow::Continue(()), |look| look(epoch, network));
        #[cfg(feature = "progress")]
        if let Some(progress) = &self.progress {
            progress.epoch(epoch);
            return progress.aside(look);
        }
        look()
    }

    /// Begins an epoch after some of its batches.
    #[cfg_attr(not(feature = "progress"), expect(unused_variables, clippy::unused_self))]
    pub(super) fn watch_begin(&mut self, epoch: u64, batch: u64, steps: Option<u64>) {
        #[cfg(feature = "progress")]
        if let Some(progress) = &self.progress {
            progress.begin(epoch, batch, steps, self.epochs);
        }
    }

    pub(super) fn watch_end(&mut self) {
        #[cfg(feature = "progress")]
        if let Some(progress) = &self.progress {
            progress.end();
        }
    }
}
