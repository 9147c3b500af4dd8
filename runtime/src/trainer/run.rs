//! The state of a training.

use super::error::Error;
use super::history::History;
use super::metrics::Tally;
use crate::network::declared::Network;
use crate::optim::LearningRate;
use crate::optim::schedule::{Plateau, Schedule};
use crate::rng::Rng;
use crate::saving::{Prefixed, State, Visitor};

/// All state that changes during a training: the content of a checkpoint.
pub(super) struct Run<'a, N: Network, O> {
    /// The network after the last step, from which the next step continues.
    pub(super) network: Box<N>,
    pub(super) optimizer: O,
    pub(super) rates: Rates<'a>,
    pub(super) history: History,
    /// The network of the best epoch, if it is kept.
    pub(super) best: Option<Best<N>>,
    pub(super) rng: Rng,
    seed: u64,
    pub(super) batch_size: u64,
    /// Samples of an epoch, 0 if unknown.
    samples: u64,
    pub(super) place: Place,
}

/// The progress of a training.
#[derive(Default)]
pub(super) struct Place {
    /// Number of completed epochs.
    pub(super) epoch: u64,
    /// Number of completed batches in the current epoch.
    pub(super) batch: u64,
    /// Number of steps since the start.
    pub(super) step: u64,
    /// The seed of the order of the current epoch.
    pub(super) order: u64,
    /// The current learning rate.
    pub(super) rate: f64,
    /// The metrics of the current epoch so far.
    pub(super) tally: Tally,
    /// The sums of the added metrics in the current epoch so far.
    pub(super) sums: Vec<f64>,
    /// Number of epochs since the best.
    pub(super) since_best: u64,
}

/// The best network so far.
pub(super) struct Best<N> {
    pub(super) network: Box<N>,
    /// Infinite before the first epoch is complete.
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

    /// The seed that [`seed`](Run::seed) has set.
    pub(super) fn first_seed(&self) -> u64 {
        self.seed
    }

    /// Enables keeping the best network.
    pub(super) fn keep_best(&mut self) {
        self.best.get_or_insert_with(|| Best { network: N::zeros(), loss: f64::INFINITY });
    }

    /// The best network if it is kept, otherwise the last.
    pub(super) fn result(&self) -> &N {
        match &self.best {
            Some(best) if best.loss.is_finite() => &best.network,
            _ => &self.network,
        }
    }

    /// Returns [`result`](Run::result) and drops the run.
    pub(super) fn into_result(self) -> Box<N> {
        match self.best {
            Some(best) if best.loss.is_finite() => best.network,
            _ => self.network,
        }
    }

    /// A generator for the choices that are made once, before the first epoch.
    pub(super) fn first_draws(&self) -> Rng {
        // A different stream than that of the epochs.
        Rng::seed(!self.seed)
    }

    /// Stores the number of samples of an epoch.
    ///
    /// # Errors
    ///
    /// [`Error::OtherData`] if it differs from the number before.
    pub(super) fn with_samples(&mut self, found: u64) -> Result<(), Error> {
        if self.place.step > 0 && self.samples != found {
            return Err(Error::OtherData { found, expected: self.samples });
        }
        self.samples = found;
        Ok(())
    }

    /// Sets the learning rate of the optimizer, which may not be part of its saved state.
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
        self.optimizer.visit(&mut Prefixed::new("optimizer", visitor));
        if let Rates::Plateau(plateau) = &mut self.rates {
            plateau.visit(&mut Prefixed::new("plateau", visitor));
        }
        if let Some(best) = &mut self.best {
            visitor.network("best", &mut best.network);
            visitor.float("best/loss", &mut best.loss);
        }
        let visitor = &mut Prefixed::new("trainer", visitor);
        State::<N>::visit(&mut self.rng, &mut Prefixed::new("rng", visitor));
        State::<N>::visit(&mut self.history, visitor);
        visitor.setting("seed", self.seed);
        visitor.setting("batch size", self.batch_size);
        visitor.integer("samples", &mut self.samples);
        let Place { epoch, batch, step, order, rate, tally, sums, since_best } = &mut self.place;
        visitor.integer("epoch", epoch);
        visitor.integer("batch", batch);
        visitor.integer("step", step);
        visitor.integer("order", order);
        visitor.float("learning rate", rate);
        visitor.integer("since best", since_best);
        State::<N>::visit(tally, &mut Prefixed::new("epoch so far", visitor));
        if !self.history.names().is_empty() {
            let len = sums.len();
            visitor.floats("sums", sums);
            // Those of a file with other metrics, which `History` rejects.
            sums.resize(len, 0.0);
        }
    }
}

/// The source of the learning rate.
pub(super) enum Rates<'a> {
    /// The optimizer's own rate.
    Fixed,
    Schedule(Box<dyn Schedule + 'a>),
    Plateau(Plateau),
}
