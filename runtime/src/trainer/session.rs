//! The training loop.

use std::ops::ControlFlow;

use ndarray::ArrayView2;

use super::error::{Error, FirstNotFinite, is_divergence, placed};
use super::history::Epoch;
use super::metrics::{Evaluator, Metrics, Tally};
use super::run::{Place, Rates, Run};
use super::settings::{Settings, Step};
use super::source::Source;
use crate::data::Dataset;
use crate::kernels::scalar::Scalar;
use crate::network::batch_loss::BatchLoss;
use crate::network::declared::Network;
use crate::network::validate::check_parameters;
use crate::network::workspace::Workspace;
use crate::optim::{LearningRate, Optimizer, clip_norm};
use crate::training::batch::Batch;

/// The samples that a network is validated with.
pub(super) struct Validation<'d, N> {
    pub(super) data: &'d dyn Dataset<N>,
    pub(super) indices: Vec<usize>,
}

/// The loss before a step, and the gradient norm if it is measured.
type Descended<N> = (BatchLoss<<N as Network>::Scalar>, Option<f64>);

/// A training in progress.
pub(super) struct Session<'s, 'a, N: Network, O> {
    run: &'s mut Run<'a, N, O>,
    settings: &'s mut Settings<'a, N, O>,
    validation: Option<Validation<'s, N>>,
    evaluator: Evaluator<N>,
    batch: Batch<N>,
    workspace: Workspace<N::Scalar>,
    grads: Box<N>,
}

impl<'s, 'a, N, O> Session<'s, 'a, N, O>
where
    N: Network,
    O: Optimizer<N> + LearningRate,
{
    pub(super) fn new(
        run: &'s mut Run<'a, N, O>,
        settings: &'s mut Settings<'a, N, O>,
        validation: Option<Validation<'s, N>>,
    ) -> Session<'s, 'a, N, O> {
        Session {
            run,
            evaluator: Evaluator::new(settings.top_k),
            settings,
            validation,
            batch: Batch::new(),
            workspace: Workspace::new(),
            grads: N::zeros(),
        }
    }

    /// Trains until the last epoch is complete, or a callback stops the training.
    pub(super) fn train(&mut self, source: &mut impl Source<N>) -> Result<(), Error> {
        self.run.with_samples(source.samples())?;
        let trained = self.epochs(source);
        self.settings.watch_end();
        trained
    }

    fn epochs(&mut self, source: &mut impl Source<N>) -> Result<(), Error> {
        while self.run.place.epoch < self.settings.epochs && !self.is_patience_over() {
            if self.epoch(source)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn is_patience_over(&self) -> bool {
        self.settings.patience.is_some_and(|patience| self.run.place.since_best > patience)
    }

    /// An epoch, or the remainder of one.
    fn epoch(&mut self, source: &mut impl Source<N>) -> Result<ControlFlow<()>, Error> {
        let (drawn, before) = (self.run.rng.clone(), self.run.place.step);
        let ended = self.steps(source);
        if ended.is_err() && self.run.place.step == before {
            // The next step that is taken draws the order again.
            self.run.rng = drawn;
        }
        ended
    }

    /// The steps of an epoch or of its remainder, and the work after the last.
    fn steps(&mut self, source: &mut impl Source<N>) -> Result<ControlFlow<()>, Error> {
        if self.run.place.batch == 0 {
            self.run.place.order = self.run.rng.bits();
            self.run.place.tally = Tally::default();
        }
        let Place { epoch, order, batch, .. } = self.run.place;
        source.begin(epoch, order, batch)?;
        self.settings.watch_begin(epoch, batch, source.steps());
        while source.next(epoch + 1, &mut self.batch)? {
            if self.step(source.indices())?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.end_epoch()
    }

    /// Takes a training step with the current batch, whose samples are at `indices` of the data
    /// set.
    fn step(&mut self, indices: &[usize]) -> Result<ControlFlow<()>, Error> {
        let run = &mut *self.run;
        let drawn = run.rng.clone();
        if let Rates::Schedule(schedule) = &run.rates {
            let rate = schedule.rate(run.place.step);
            run.optimizer.set_learning_rate(rate).map_err(|cause| Error::Setting { cause })?;
        }
        if let Some(augment) = &mut self.settings.augment {
            for sample in self.batch.features_mut().chunks_exact_mut(N::INPUTS) {
                augment(sample, &mut run.rng);
            }
        }
        let descended = self.descend(indices);
        let run = &mut *self.run;
        let (loss, gradient_norm) = descended.inspect_err(|_| {
            // The step was not taken; the next one repeats its draws.
            run.rng = drawn;
        })?;
        run.place.rate = run.optimizer.learning_rate();
        run.place.tally.add(self.batch.weight(), loss.sum);
        run.place.batch += 1;
        run.place.step += 1;
        let (epoch, step) = (run.place.epoch + 1, run.place.step);
        if self.settings.checkpoint_every.is_some_and(|every| step.is_multiple_of(every)) {
            self.keep()?;
        }
        let (loss, learning_rate) = (loss.mean.as_f64(), self.run.place.rate);
        let step = Step { epoch, step, loss, learning_rate, gradient_norm };
        Ok(self.settings.watch_step(&step, &self.run.network))
    }

    /// Takes a step along the gradient of the current batch, clipped if requested. Returns the loss
    /// before the step and, if clipped, the norm of the gradient.
    fn descend(&mut self, indices: &[usize]) -> Result<Descended<N>, Error> {
        let Session { run, settings, batch, workspace, grads, .. } = self;
        let Run { network, optimizer, rng, place, .. } = &mut **run;
        let before = place.tally;
        // Layers draw from the same generator.
        *workspace.rng_mut() = rng.clone();
        let (targets, top_k) = (batch.targets(), settings.top_k);
        let look = |scores: ArrayView2<'_, N::Scalar>| place.tally.see::<N>(scores, targets, top_k);
        let loss = match settings.clip {
            None => batch.train_step_summed(network, optimizer, workspace, grads, look),
            Some(_) => batch.gradient_summed(network, workspace, grads, look),
        };
        let loss = match loss {
            Ok(loss) => loss,
            Err(cause) => {
                // A step that is not taken is not counted.
                place.tally = before;
                return Err(self.rejected(cause, indices));
            }
        };
        *rng = workspace.rng().clone();
        let Some(longest) = settings.clip else { return Ok((loss, None)) };
        let norm = clip_norm(grads, longest);
        let norm = norm.map_err(|cause| Error::Setting { cause })?;
        optimizer.step(network, grads);
        Ok((loss, Some(norm)))
    }

    /// The error for a batch whose gradient could not be computed.
    fn rejected(&self, cause: crate::error::Error, indices: &[usize]) -> Error {
        let cause = placed(cause, indices);
        match is_divergence(&cause) {
            true => self.diverged(cause, &self.batch),
            false => Error::Samples { epoch: Some(self.run.place.epoch + 1), cause },
        }
    }

    /// Finds the first layer where values of `batch` are not finite.
    fn diverged(&self, cause: crate::error::Error, batch: &Batch<N>) -> Error {
        let trace = batch.trace(&self.run.network).ok();
        let first = trace.and_then(|trace| {
            trace.first_not_finite().map(|layer| match layer.value.is_finite() {
                true => FirstNotFinite::Gradient(layer.layer),
                false => FirstNotFinite::Outputs(layer.layer),
            })
        });
        let Place { epoch, step, .. } = self.run.place;
        let keeper = self.settings.keeper.as_ref().filter(|keeper| keeper.saved);
        let checkpoint = keeper.map(|keeper| keeper.path.clone());
        let cause = Box::new(cause);
        Error::Diverged { epoch: epoch + 1, steps: step, first, cause, checkpoint }
    }

    /// Evaluates the network after an epoch, and updates history, best network and checkpoint.
    fn end_epoch(&mut self) -> Result<ControlFlow<()>, Error> {
        self.check_parameters()?;
        let validation = self.validate()?;
        let run = &mut *self.run;
        if run.place.batch == 0 {
            return Err(Error::NoSamples { purpose: "training", samples: 0 });
        }
        let epoch = Epoch {
            epoch: run.place.epoch + 1,
            steps: run.place.step,
            learning_rate: run.place.rate,
            train: run.place.tally.metrics(self.settings.top_k),
            validation,
        };
        run.history.push(epoch);
        run.place.since_best += 1;
        if let Some(best) = &mut run.best
            && epoch.watched_loss() < best.loss
        {
            best.loss = epoch.watched_loss();
            best.network.parameters_mut().copy_from_slice(run.network.parameters());
            run.place.since_best = 0;
        }
        run.place.epoch += 1;
        run.place.batch = 0;
        if let Rates::Plateau(plateau) = &mut run.rates {
            let rate = plateau.observe(epoch.watched_loss());
            run.place.rate = rate;
            run.optimizer.set_learning_rate(rate).map_err(|cause| Error::Setting { cause })?;
        }
        self.keep()?;
        Ok(self.settings.watch_epoch(&epoch, &self.run.network))
    }

    fn validate(&mut self) -> Result<Option<Metrics>, Error> {
        let Some(Validation { data, indices }) = &self.validation else { return Ok(None) };
        let epoch = Some(self.run.place.epoch + 1);
        match self.evaluator.over(&self.run.network, *data, indices, epoch) {
            Err(Error::Samples { cause, .. }) if is_divergence(&cause) => {
                Err(self.diverged(cause, &self.evaluator.batch))
            }
            measured => measured.map(Some),
        }
    }

    /// Writes a checkpoint, if requested and if all parameters are finite.
    fn keep(&mut self) -> Result<(), Error> {
        self.check_parameters()?;
        if let Some(keeper) = &mut self.settings.keeper {
            (keeper.write)(self.run, &keeper.path)?;
            keeper.saved = true;
        }
        Ok(())
    }

    /// Rejects parameters that are not finite, which only the next step would detect.
    fn check_parameters(&self) -> Result<(), Error> {
        check_parameters(&*self.run.network).map_err(|cause| self.diverged(cause, &self.batch))
    }
}
