//! The training loop.

use core::ops::ControlFlow;

use ndarray::ArrayView2;

use super::error::{Error, FirstNotFinite, is_divergence, placed};
use super::history::{Epoch, Measured};
use super::metrics::{Evaluator, Metrics, Tally, add_to_sums, empty_sums, values};
use super::run::{Place, Rates, Run};
use super::settings::{Settings, Step};
use super::source::Source;
use super::together::{any_breaks, check_parameters_same, merged, rng_of, total_of};
use crate::data::Dataset;
use crate::kernels::scalar::Scalar;
use crate::losses::Targets;
use crate::network::declared::Network;
use crate::network::validate::check_parameters;
use crate::network::workspace::Workspace;
use crate::optim::{LearningRate, Optimizer, clip_norm};
use crate::ranks::{exchange, share};
use crate::training::batch::Batch;
use crate::training::parts::{Divided, end_on_ranks, fail_on_ranks};

/// The samples that a network is validated with.
pub(super) struct Validation<'d, N> {
    pub(super) data: &'d dyn Dataset<N>,
    pub(super) indices: Vec<usize>,
}

/// The loss before a step, and the gradient norm if it is measured.
type Descended<N> = (Divided<<N as Network>::Scalar>, Option<f64>);

/// A training in progress.
pub(super) struct Session<'s, 'a, N: Network, O> {
    run: &'s mut Run<'a, N, O>,
    settings: &'s mut Settings<'a, N, O>,
    validation: Option<Validation<'s, N>>,
    evaluator: Evaluator<N>,
    batch: Batch<N>,
    workspace: Workspace<N::Scalar>,
    grads: Box<N>,
    /// The sums of the added metrics before the current step.
    sums_before: Vec<f64>,
    /// The sums of the added metrics on the validation set.
    validation_sums: Vec<f64>,
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
        let sums = empty_sums(&settings.metrics);
        Session {
            run,
            evaluator: Evaluator::new(settings.top_k),
            settings,
            sums_before: sums.clone(),
            validation_sums: sums,
            validation,
            batch: Batch::new(),
            workspace: Workspace::new(),
            grads: N::zeros(),
        }
    }

    /// Trains until the last epoch is complete, or a callback stops the training.
    pub(super) fn train<S: Source<N>>(&mut self, source: &mut S) -> Result<(), Error> {
        self.check_carries::<S>()?;
        self.run.with_samples(source.samples())?;
        #[cfg(feature = "progress")]
        if self.settings.rank().0 > 0 {
            self.settings.progress = None;
        }
        let trained = self.epochs(source);
        self.settings.watch_end();
        trained
    }

    /// Rejects batches in random order if each is to continue the one before, and checkpoints within
    /// an epoch, which do not have the state.
    fn check_carries<S: Source<N>>(&self) -> Result<(), Error> {
        let expected = match (S::IS_ORDERED, self.settings.checkpoint_every) {
            _ if !N::CARRIES => return Ok(()),
            (false, _) => "`fit_batches`, found samples in random order",
            (true, Some(_)) => "checkpoints of whole epochs, found `checkpoint_every`",
            (true, None) => return Ok(()),
        };
        let cause = crate::error::Error::Carries { network: N::NAME, expected };
        Err(Error::Setting { cause })
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
            self.run.place.sums.fill(0.0);
            self.workspace.forget();
        }
        let Place { epoch, order, batch, .. } = self.run.place;
        source.begin(epoch, order, batch)?;
        self.settings.watch_begin(epoch, batch, source.steps());
        while self.next(source, epoch + 1)? {
            if self.step(source.indices())?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.end_epoch()
    }

    /// Fills the batch. Returns false at the end of the epoch, on all ranks.
    fn next(&mut self, source: &mut impl Source<N>, epoch: u64) -> Result<bool, Error> {
        let next = source.next(epoch, &mut self.batch);
        let Some(ranks) = self.settings.ranks() else { return next };
        match next {
            Ok(true) => Ok(true),
            Ok(false) => end_on_ranks(ranks).map(|()| false).map_err(|cause| self.of_ranks(cause)),
            Err(error) => {
                fail_on_ranks(ranks, error.to_string());
                Err(error)
            }
        }
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
        // Ranks draw different numbers, and leave the generator of the run as it is on all.
        let is_shared = self.settings.ranks().is_some();
        let mut of_rank = rng_of(run.place.order, run.place.step, self.settings.rank().0);
        if let Some(augment) = &mut self.settings.augment {
            let rng = if is_shared { &mut of_rank } else { &mut run.rng };
            for sample in self.batch.features_mut().chunks_exact_mut(N::INPUTS) {
                augment(sample, rng);
            }
        }
        // Layers draw from the same generator.
        *self.workspace.rng_mut() = if is_shared { of_rank } else { run.rng.clone() };
        let descended = self.descend(indices);
        let run = &mut *self.run;
        let (Divided { loss, weight }, gradient_norm) = descended.inspect_err(|_| {
            // The step was not taken; the next one repeats its draws.
            run.rng = drawn;
        })?;
        run.place.rate = run.optimizer.learning_rate();
        if self.settings.rank().0 == 0 {
            // The loss is that of all ranks.
            run.place.tally.add(weight, loss.sum);
        }
        run.place.batch += 1;
        run.place.step += 1;
        let (epoch, step) = (run.place.epoch + 1, run.place.step);
        if self.settings.checkpoint_every.is_some_and(|every| step.is_multiple_of(every)) {
            self.keep()?;
        }
        let (loss, learning_rate) = (loss.mean.as_f64(), self.run.place.rate);
        let step = Step { epoch, step, loss, learning_rate, gradient_norm };
        let is_watched = self.settings.on_step.is_some();
        let flow = self.settings.watch_step(&step, &self.run.network);
        self.on_all(flow, is_watched)
    }

    /// Stops all ranks if one is to stop. They are asked only if something watches the training.
    fn on_all(&self, flow: ControlFlow<()>, is_watched: bool) -> Result<ControlFlow<()>, Error> {
        match self.settings.ranks().filter(|_| is_watched) {
            Some(ranks) => Ok(any_breaks(ranks, flow)?),
            None => Ok(flow),
        }
    }

    /// Takes a step along the gradient of the current batch, clipped if requested. Returns the loss
    /// before the step and, if clipped, the norm of the gradient.
    fn descend(&mut self, indices: &[usize]) -> Result<Descended<N>, Error> {
        let Session { run, settings, batch, workspace, grads, sums_before, .. } = self;
        let Run { network, optimizer, rng, place, .. } = &mut **run;
        let Place { tally, sums, .. } = place;
        let before = *tally;
        sums_before.copy_from_slice(sums);
        let (targets, top_k, metrics) = (batch.targets(), settings.top_k, &settings.metrics[..]);
        let mut look = |scores: ArrayView2<'_, N::Scalar>, targets: Targets<'_, N::Scalar>| {
            tally.see::<N>(scores, targets, top_k);
            add_to_sums(metrics, scores, targets, sums);
        };
        let whole = |loss| Divided { loss, weight: batch.divisor() };
        let mut is_updated = false;
        let loss = match (settings.parts, settings.clip) {
            (Some(parts), _) => {
                let place = |error| placed(error, indices);
                batch.gradient_divided(network, parts, workspace, grads, place, look)
            }
            (None, None) => {
                is_updated = true;
                let look = |scores: ArrayView2<'_, N::Scalar>| look(scores, targets);
                batch.train_step_summed(network, optimizer, workspace, grads, look).map(whole)
            }
            (None, Some(_)) => {
                let look = |scores: ArrayView2<'_, N::Scalar>| look(scores, targets);
                batch.gradient_summed(network, workspace, grads, look).map(whole)
            }
        };
        let loss = match loss {
            Ok(loss) => loss,
            Err(cause) => {
                // A step that is not taken is not counted.
                *tally = before;
                sums.copy_from_slice(sums_before);
                return Err(self.rejected(cause, indices));
            }
        };
        if settings.ranks().is_none() {
            *rng = workspace.rng().clone();
        }
        let norm = settings.clip.map(|longest| clip_norm(grads, longest)).transpose();
        let norm = norm.map_err(|cause| Error::Setting { cause })?;
        if !is_updated {
            optimizer.step(network, grads);
        }
        Ok((loss, norm))
    }

    /// The error for a batch whose gradient could not be computed.
    fn rejected(&self, cause: crate::error::Error, indices: &[usize]) -> Error {
        // With parts, the samples have their places already.
        let cause = if self.settings.parts.is_some() { cause } else { placed(cause, indices) };
        match is_divergence(&cause) {
            true => self.diverged(cause, &self.batch),
            false => self.of_ranks(cause),
        }
    }

    /// The error for samples that are not valid, or of other ranks.
    fn of_ranks(&self, cause: crate::error::Error) -> Error {
        match cause {
            crate::error::Error::Ranks { cause } => Error::Ranks { cause },
            cause => Error::Samples { epoch: Some(self.run.place.epoch + 1), cause },
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
        let (tally, sums) = self.train_totals()?;
        let run = &mut *self.run;
        let metrics = &self.settings.metrics[..];
        let of_training = values(metrics, &sums);
        let of_validation = values(metrics, &self.validation_sums);
        let measured = metrics.iter().zip(of_training.zip(of_validation));
        let measured = measured.map(|(metric, (train, of_validation))| Measured {
            name: metric.name().to_owned(),
            train,
            validation: of_validation.filter(|_| validation.is_some()),
        });
        let epoch = Epoch {
            epoch: run.place.epoch + 1,
            steps: run.place.step,
            learning_rate: run.place.rate,
            train: tally.metrics(self.settings.top_k),
            validation,
            metrics: measured.collect(),
        };
        run.history.push(epoch.clone());
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
        let flow = self.settings.watch_epoch(&epoch, &self.run.network);
        self.on_all(flow, self.settings.on_epoch.is_some())
    }

    /// The metrics of the epoch, of all ranks.
    fn train_totals(&mut self) -> Result<(Tally, Vec<f64>), Error> {
        let Place { tally, sums, .. } = &mut self.run.place;
        match self.settings.ranks() {
            None => Ok((*tally, sums.clone())),
            Some(ranks) => {
                check_parameters_same(ranks, &*self.run.network)?;
                merged(ranks, &self.settings.metrics, tally, sums)
            }
        }
    }

    fn validate(&mut self) -> Result<Option<Metrics>, Error> {
        if self.validation.is_none() {
            return Ok(None);
        }
        let own = self.validate_share();
        let Some(ranks) = self.settings.ranks() else {
            return own.map(|tally| Some(tally.metrics(self.settings.top_k)));
        };
        let own = own.map(|tally| (tally, &self.validation_sums[..]));
        let (tally, sums) = total_of(ranks, &self.settings.metrics, own)?;
        self.validation_sums.copy_from_slice(&sums);
        Ok(Some(tally.metrics(self.settings.top_k)))
    }

    /// Validates with the samples of this rank.
    fn validate_share(&mut self) -> Result<Tally, Error> {
        let Some(Validation { data, indices }) = &self.validation else {
            return Ok(Tally::default());
        };
        let (rank, count) = self.settings.rank();
        let indices = &indices[share(rank, count, indices.len())];
        let epoch = Some(self.run.place.epoch + 1);
        let (metrics, sums) = (&self.settings.metrics[..], &mut self.validation_sums[..]);
        sums.fill(0.0);
        let look = |scores: ArrayView2<'_, N::Scalar>, targets: Targets<'_, N::Scalar>| {
            add_to_sums(metrics, scores, targets, sums);
        };
        match self.evaluator.tally(&self.run.network, *data, indices, epoch, look) {
            Err(Error::Samples { cause, .. }) if is_divergence(&cause) => {
                Err(self.diverged(cause, &self.evaluator.batch))
            }
            measured => measured,
        }
    }

    /// Writes a checkpoint, if requested and if all parameters are finite.
    fn keep(&mut self) -> Result<(), Error> {
        self.check_parameters()?;
        let ranks = self.settings.ranks();
        let Some(keeper) = &mut self.settings.keeper else { return Ok(()) };
        let Some(ranks) = ranks else {
            (keeper.write)(self.run, &keeper.path)?;
            keeper.saved = true;
            return Ok(());
        };
        let Place { tally, sums, .. } = &mut self.run.place;
        merged(ranks, &self.settings.metrics, tally, sums)?;
        let written = match ranks.rank() {
            0 => (keeper.write)(self.run, &keeper.path),
            _ => Ok(()),
        };
        exchange(ranks, written.map(|()| Vec::new()).map_err(Error::from), Error::from)?;
        keeper.saved = true;
        Ok(())
    }

    /// Rejects parameters that are not finite, which only the next step would detect.
    fn check_parameters(&self) -> Result<(), Error> {
        check_parameters(&*self.run.network).map_err(|cause| self.diverged(cause, &self.batch))
    }
}
