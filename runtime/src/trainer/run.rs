//! The state of a training.

use super::error::Error;
use super::history::History;
use super::metrics::Tally;
use crate::network::declared::Network;
use crate::optim::LearningRate;
use crate::optim::schedule::{Plateau, Schedule};
use crate::rng::Rng;
use crate::saving::{State, Visitor, Within};

/// All that changes while a network is trained: what a checkpoint holds.
pub(super) struct Run<'a, N: Network, O> {
    /// The network as the last step left it, from which the next one goes on.
    pub(super) network: Box<N>,
    pub(super) optimizer: O,
    pub(super) rates: Rates<'a>,
    pub(super) history: History,
    /// The network of the best epoch, if it is to be kept.
    pub(super) best: Option<Best<N>>,
    pub(super) rng: Rng,
    seed: u64,
    pub(super) batch_size: u64,
    /// Samples of an epoch, 0 if that is not known.
    samples: u64,
    pub(super) place: Place,
}

/// How far a training is.
#[derive(Default)]
pub(super) struct Place {
    /// Epochs that are over.
    pub(super) epoch: u64,
    /// Batches of the present epoch that are over.
    pub(super) batch: u64,
    /// Steps since the beginning.
    pub(super) step: u64,
    /// What the order of the present epoch is drawn from.
    pub(super) order: u64,
    /// The learning rate to go on with.
    pub(super) rate: f64,
    /// The present epoch so far.
    pub(super) tally: Tally,
    /// Epochs since the best.
    pub(super) since_best: u64,
}

/// The network as it was when it was best.
pub(super) struct Best<N> {
    pub(super) network: Box<N>,
    /// Infinite before the first epoch is over.
    pub(super) loss: f64,
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
    pub(super) fn set_rate(&mut self) -> Result<(), crate::error::Error>
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

/// Where the learning rate comes from.
pub(super) enum Rates<'a> {
    /// From the optimizer, as it was given.
    Fixed,
    Schedule(Box<dyn Schedule + 'a>),
    Plateau(Plateau),
}
