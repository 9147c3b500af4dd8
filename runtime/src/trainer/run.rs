//! The state of a training, and its loop.

use std::ops::ControlFlow;
use std::path::PathBuf;

use ndarray::ArrayView2;

use super::error::{FirstNotFinite, is_divergence, placed};
use super::history::{Epoch, History};
use super::metrics::{Evaluator, Metrics, Tally};
use super::source::Source;
use super::{Error, Rates, Settings, Step};
use crate::data::Dataset;
use crate::network::batch_loss::BatchLoss;
use crate::network::declared::Network;
use crate::network::validate::first_tensor_not_finite;
use crate::network::workspace::Workspace;
use crate::optim::{LearningRate, Optimizer, clip_norm};
use crate::rng::Rng;
use crate::saving::{State, Visitor, Within};
use crate::scalar::Scalar;
use crate::training::batch::Batch;

/// All that changes while a network is trained: what a checkpoint holds.
pub(super) struct Run<'a, N: Network, O> {
    /// The network as the last step left it, from which the next one goes on.
    pub(super) network: Box<N>,
    pub(super) optimizer: O,
    pub(super) rates: Rates<'a>,
    pub(super) history: History,
    /// The network of the best epoch, if it is to be kept.
    best: Option<Best<N>>,
    rng: Rng,
    seed: u64,
    pub(super) batch_size: u64,
    /// Samples of an epoch, 0 if that is not known.
    samples: u64,
    place: Place,
}

/// How far a training is.
#[derive(Default)]
struct Place {
    /// Epochs that are over.
    epoch: u64,
    /// Batches of the present epoch that are over.
    batch: u64,
    /// Steps since the beginning.
    step: u64,
    /// What the order of the present epoch is drawn from.
    order: u64,
    /// The learning rate to go on with.
    rate: f64,
    /// The present epoch so far.
    tally: Tally,
    /// Epochs since the best.
    since_best: u64,
}

/// The network as it was when it was best.
struct Best<N> {
    network: Box<N>,
    /// Infinite before the first epoch is over.
    loss: f64,
}

impl<'a, N: Network, O> Run<'a, N, O> {
    pub(super) fn new(network: Box<N>, optimizer: O) -> Run<'a, N, O> {
        Run {
            network,
            optimizer,
            rates: Rates::Fixed,
            history: History::default(),
            best: None,
            rng: Rng::seed(0),
            seed: 0,
            batch_size: 32,
            samples: 0,
            place: Place::default(),
        }
    }

    pub(super) fn seed(&mut self, seed: u64) {
        self.seed = seed;
        self.rng = Rng::seed(seed);
    }

    /// Keeps the best network from now on.
    pub(super) fn keep_best(&mut self) {
        self.best.get_or_insert_with(|| Best { network: N::zeros(), loss: f64::INFINITY });
    }

    /// The best network if one is kept, else the last.
    pub(super) fn result(&self) -> &N {
        match &self.best {
            Some(best) if best.loss.is_finite() => &best.network,
            _ => &self.network,
        }
    }

    /// As [`result`](Run::result), when the run is over.
    pub(super) fn into_result(self) -> Box<N> {
        match self.best {
            Some(best) if best.loss.is_finite() => best.network,
            _ => self.network,
        }
    }

    /// A generator for what is drawn once, before the first epoch.
    pub(super) fn first_draws(&self) -> Rng {
        // Another stream than that of the epochs.
        Rng::seed(!self.seed)
    }

    /// Takes note of how many samples an epoch has.
    ///
    /// # Errors
    ///
    /// [`Error::OtherData`] if they were another number before.
    pub(super) fn with_samples(&mut self, found: u64) -> Result<(), Error> {
        if self.place.step > 0 && self.samples != found {
            return Err(Error::OtherData { found, expected: self.samples });
        }
        self.samples = found;
        Ok(())
    }

    /// Gives the optimizer the learning rate of the run, which not every optimizer
    /// keeps as part of its state.
    pub(super) fn set_rate(&mut self) -> Result<(), crate::Error>
    where
        O: LearningRate,
    {
        match self.place.step {
            0 => Ok(()),
            _ => self.optimizer.set_learning_rate(self.place.rate),
        }
    }
}

impl<N: Network, O: State<N>> State<N> for Run<'_, N, O> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.network("", &mut self.network);
        self.optimizer.visit(&mut Within::new("optimizer", visitor));
        if let Rates::Plateau(plateau) = &mut self.rates {
            plateau.visit(&mut Within::new("plateau", visitor));
        }
        if let Some(best) = &mut self.best {
            visitor.network("best", &mut best.network);
            visitor.real("best/loss", &mut best.loss);
        }
        let visitor = &mut Within::new("trainer", visitor);
        State::<N>::visit(&mut self.rng, &mut Within::new("rng", visitor));
        State::<N>::visit(&mut self.history, visitor);
        visitor.setting("seed", self.seed);
        visitor.setting("batch size", self.batch_size);
        visitor.whole("samples", &mut self.samples);
        let Place { epoch, batch, step, order, rate, tally, since_best } = &mut self.place;
        visitor.whole("epoch", epoch);
        visitor.whole("batch", batch);
        visitor.whole("step", step);
        visitor.whole("order", order);
        visitor.real("learning rate", rate);
        visitor.whole("since best", since_best);
        State::<N>::visit(tally, &mut Within::new("epoch so far", visitor));
    }
}

/// What a network is validated with.
pub(super) struct Validation<'d, N> {
    pub(super) data: &'d dyn Dataset<N>,
    pub(super) indices: Vec<usize>,
}

/// The loss before a step, and how long the gradient was, if that is measured.
type Descended<N> = (BatchLoss<<N as Network>::Scalar>, Option<f64>);

/// A training while it goes on.
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

    /// Trains until the last epoch is over, or somebody stops it.
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

    /// An epoch, or the rest of one.
    fn epoch(&mut self, source: &mut impl Source<N>) -> Result<ControlFlow<()>, Error> {
        let (drawn, before) = (self.run.rng.clone(), self.run.place.step);
        let ended = self.steps(source);
        if ended.is_err() && self.run.place.step == before {
            // The order is drawn again for the first step that is taken.
            self.run.rng = drawn;
        }
        ended
    }

    /// The steps of an epoch, or the rest of them, and what comes after the last.
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

    /// A step of training with the present batch, whose samples stand at `indices`.
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
            // What was drawn for a step that is not taken is drawn again for the next.
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

    /// Takes a step along the gradient of the present batch, which is shortened if it is to
    /// be short. Returns the loss before it, and in that case how long the gradient was.
    fn descend(&mut self, indices: &[usize]) -> Result<Descended<N>, Error> {
        let Session { run, settings, batch, workspace, grads, .. } = self;
        let Run { network, optimizer, rng, place, .. } = &mut **run;
        let before = place.tally;
        // What layers draw, too, comes from the one generator.
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
                // A step that is not taken counts for nothing.
                place.tally = before;
                return Err(self.refused(cause, indices));
            }
        };
        *rng = workspace.rng().clone();
        let Some(longest) = settings.clip else { return Ok((loss, None)) };
        let norm = clip_norm(&mut **grads, longest);
        let norm = norm.map_err(|cause| Error::Setting { cause })?;
        optimizer.step(network, grads);
        Ok((loss, Some(norm)))
    }

    /// Why the present batch has no gradient.
    fn refused(&self, cause: crate::Error, indices: &[usize]) -> Error {
        let cause = placed(cause, indices);
        match is_divergence(&cause) {
            true => self.diverged(cause, &self.batch),
            false => Error::Samples { epoch: Some(self.run.place.epoch + 1), cause },
        }
    }

    /// Finds out where on the way of `batch` numbers are not finite.
    fn diverged(&self, cause: crate::Error, batch: &Batch<N>) -> Error {
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

    /// Measures, remembers and keeps what the epoch led to.
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

    /// Writes a checkpoint, if there are to be some, of parameters that are finite.
    fn keep(&mut self) -> Result<(), Error> {
        self.check_parameters()?;
        if let Some(keeper) = &mut self.settings.keeper {
            (keeper.write)(self.run, &keeper.path)?;
            keeper.saved = true;
        }
        Ok(())
    }

    /// Refuses parameters that are not finite, which the next step would notice.
    fn check_parameters(&self) -> Result<(), Error> {
        match first_tensor_not_finite(&*self.run.network) {
            Some((tensor, place, value)) => {
                let cause = crate::Error::Parameter { tensor, place, value };
                Err(self.diverged(cause, &self.batch))
            }
            None => Ok(()),
        }
    }
}

/// Writes a run to a file.
pub(super) type Write<'a, N, O> =
    fn(&mut Run<'a, N, O>, &std::path::Path) -> Result<(), crate::saving::Error>;

/// Where a run is kept.
pub(super) struct Keeper<'a, N: Network, O> {
    pub(super) path: PathBuf,
    pub(super) write: Write<'a, N, O>,
    /// Whether a checkpoint of this run is there, so that it can be relied on.
    pub(super) saved: bool,
}
