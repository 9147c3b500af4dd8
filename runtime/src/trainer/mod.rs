//! A training loop that need not be written again.
//!
//! [`Trainer`] takes a network, an optimizer and settings, and goes through a
//! [`Dataset`] epoch by epoch. It is made of what this crate
//! offers to everybody (a [`Batch`] and its
//! [`gradient`](Batch::gradient), an [`Optimizer`],
//! [`save_state`](crate::saving::save_state)), so that a loop of your own can do all
//! that it does.

mod confusion;
mod error;
mod history;
mod metrics;
#[cfg(feature = "plot")]
mod plot;
#[cfg(feature = "progress")]
mod progress;
mod run;
mod session;
mod settings;
mod source;

use std::ops::ControlFlow;
use std::path::PathBuf;

pub use confusion::{ConfusionMatrix, confusion};
pub use error::{Error, FirstNotFinite};
pub use history::{Epoch, History};
pub use metrics::{Metrics, evaluate};
use run::{Rates, Run};
use session::{Session, Validation};
pub use settings::Step;
use settings::{Held, Keeper, Settings};
use source::{Shuffled, Source, Stream, split};

use crate::data::Dataset;
use crate::network::accuracy::classes;
use crate::network::declared::Network;
use crate::optim::schedule::{Plateau, Schedule};
use crate::optim::{LearningRate, Optimizer, checked};
use crate::rng::Rng;
use crate::saving::{self, State};
use crate::training::batch::Batch;

/// Trains a network.
///
/// ```
/// use chainrule::schedule::Cosine;
/// use chainrule::{AdamW, Init, Rng, Trainer, network};
///
/// network! { struct Net = Affine(2, 16) -> Relu -> Affine(16, 2) => SoftmaxWithLoss; }
///
/// // Is a point inside of a circle?
/// let mut rng = Rng::seed(0);
/// let x: Vec<[f32; 2]> = (0..500).map(|_| [0; 2].map(|_| rng.normal() as f32)).collect();
/// let t: Vec<u8> = x.iter().map(|[a, b]| u8::from(a * a + b * b < 1.4)).collect();
///
/// let net = Net::new(Init::He, &mut rng);
/// let mut trainer = Trainer::new(net, AdamW::new(0.01)?)
///     .batch_size(20)
///     .epochs(20)
///     .schedule(Cosine::new(0.01, 0.0, 20 * 20)?)
///     .validation_split(0.2);
/// let history = trainer.fit((&x, &t))?;
/// println!("{}", history.csv());
/// let last = history.last().and_then(|epoch| epoch.validation);
/// assert!(last.is_some_and(|metrics| metrics.accuracy > Some(0.9)));
///
/// let net = trainer.into_network();
/// assert_eq!(net.predict(&[[3.0, 3.0]])?.dim(), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Settings are looked at by [`fit`](Trainer::fit), which tells those that cannot be.
/// All that is random (which samples are for validation, the order of each epoch,
/// [`augment`](Trainer::augment)) comes from one [`seed`](Trainer::seed); the same
/// program computes the same bits, for any number of threads and however often it was
/// interrupted and [resumed](Trainer::resume). After the first step the trainer
/// allocates nothing until the epoch is over; only the pool of threads takes memory for
/// its queue now and then, where products are large enough to be divided.
pub struct Trainer<'a, N: Network, O> {
    run: Run<'a, N, O>,
    settings: Settings<'a, N, O>,
}

impl<'a, N, O> Trainer<'a, N, O>
where
    N: Network,
    O: Optimizer<N> + LearningRate,
{
    /// A training of `network` by `optimizer`: 10 epochs, in batches of 32.
    pub fn new(network: Box<N>, optimizer: O) -> Trainer<'a, N, O> {
        let settings = Settings {
            epochs: 10,
            validation: Held::Nowhere,
            clip: None,
            patience: None,
            top_k: None,
            augment: None,
            keeper: None,
            checkpoint_every: None,
            on_step: None,
            on_epoch: None,
            #[cfg(feature = "progress")]
            progress: None,
        };
        Trainer { run: Run::new(network, optimizer), settings }
    }

    /// So many samples in a batch, 32 otherwise. The last batch of an epoch has what
    /// is left.
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.run.batch_size = batch_size as u64;
        self
    }

    /// Goes through the data so often, 10 times otherwise, counted from the beginning
    /// of the training.
    pub fn epochs(mut self, epochs: u64) -> Self {
        self.settings.epochs = epochs;
        self
    }

    /// What all random choices follow from, 0 otherwise.
    pub fn seed(mut self, seed: u64) -> Self {
        self.run.seed(seed);
        self
    }

    /// Takes the learning rate of each step from `schedule`.
    pub fn schedule(mut self, schedule: impl Schedule + 'a) -> Self {
        self.run.rates = Rates::Schedule(Box::new(schedule));
        self
    }

    /// Takes the learning rate of each epoch from `plateau`, which observes
    /// [`Epoch::watched_loss`]. It must start from the rate of the optimizer.
    pub fn plateau(mut self, plateau: Plateau) -> Self {
        self.run.rates = Rates::Plateau(plateau);
        self
    }

    /// Makes gradients no longer than `longest`, as [`clip_norm`](crate::clip_norm).
    pub fn clip_norm(mut self, longest: f64) -> Self {
        self.settings.clip = Some(longest);
        self
    }

    /// Keeps this part of the samples, drawn by chance, for validation: they are not
    /// trained on.
    pub fn validation_split(mut self, part: f64) -> Self {
        self.settings.validation = Held::Split(part);
        self
    }

    /// Validates with `data` after each epoch.
    pub fn validation(mut self, data: impl Dataset<N> + 'a) -> Self {
        self.settings.validation = Held::Data(Box::new(data));
        self
    }

    /// Stops when more than `patience` epochs in a row were not better than the best
    /// one, by [`Epoch::watched_loss`], and [keeps the best](Trainer::keep_best).
    pub fn early_stopping(mut self, patience: u64) -> Self {
        self.settings.patience = Some(patience);
        self.keep_best()
    }

    /// Keeps the network of the epoch with the least [`Epoch::watched_loss`], which is
    /// what [`network`](Trainer::network) and [`into_network`](Trainer::into_network)
    /// return as soon as an epoch is over. The training itself, also in a second call of
    /// [`fit`](Trainer::fit), goes on from the last one.
    pub fn keep_best(mut self) -> Self {
        self.run.keep_best();
        self
    }

    /// Also counts how often a class is among the `k` with the largest scores, from 1 to
    /// the number of classes.
    pub fn top_k(mut self, k: usize) -> Self {
        self.settings.top_k = Some(k);
        self
    }

    /// Changes the features of each sample that is trained on, by chance or not, when
    /// its batch is put together. Samples for validation stay as they are.
    pub fn augment(mut self, augment: impl FnMut(&mut [N::Scalar], &mut Rng) + 'a) -> Self {
        self.settings.augment = Some(Box::new(augment));
        self
    }

    /// Calls `look` after each step; [`ControlFlow::Break`] stops the training.
    pub fn on_step(mut self, look: impl FnMut(&Step, &N) -> ControlFlow<()> + 'a) -> Self {
        self.settings.on_step = Some(Box::new(look));
        self
    }

    /// Calls `look` after each epoch, when it is in the history and in the checkpoint;
    /// [`ControlFlow::Break`] stops the training.
    pub fn on_epoch(mut self, look: impl FnMut(&Epoch, &N) -> ControlFlow<()> + 'a) -> Self {
        self.settings.on_epoch = Some(Box::new(look));
        self
    }

    /// Shows a bar with the time that is left on standard error, if that is a
    /// terminal. What [`on_epoch`](Trainer::on_epoch) prints comes above it; what
    /// [`on_step`](Trainer::on_step) prints gets in its way.
    #[cfg(feature = "progress")]
    pub fn progress(mut self) -> Self {
        self.settings.progress = Some(progress::Progress::new());
        self
    }

    /// Writes all that the training consists of to `path` after each epoch, to be
    /// [resumed](Trainer::resume) from there. Whatever happens, the file is whole: the
    /// last checkpoint, or the one before.
    pub fn checkpoint(mut self, path: impl Into<PathBuf>) -> Self
    where
        O: State<N>,
    {
        let write = |run: &mut Run<'a, N, O>, path: &std::path::Path| saving::save_state(run, path);
        self.settings.keeper = Some(Keeper { path: path.into(), write, saved: false });
        self
    }

    /// Writes the [`checkpoint`](Trainer::checkpoint) also after each `steps` steps.
    pub fn checkpoint_every(mut self, steps: u64) -> Self {
        self.settings.checkpoint_every = Some(steps);
        self
    }

    /// Goes on where the training was that wrote the checkpoint at `path`: with its
    /// network, optimizer, learning rate, history, place in the data and in the stream
    /// of random numbers. [`fit`](Trainer::fit) then does what is left, bit for bit as
    /// if there had been no interruption.
    ///
    /// The settings are those of this trainer, and must be the same for that. The seed
    /// and the batch size are looked at, and [`fit`](Trainer::fit) looks at the number
    /// of samples.
    ///
    /// # Errors
    ///
    /// [`Error::Checkpoint`] if the file is not a checkpoint of such a training; the
    /// trainer is unchanged then.
    pub fn resume(&mut self, path: impl AsRef<std::path::Path>) -> Result<(), Error>
    where
        O: State<N>,
    {
        let path = path.as_ref();
        saving::load_state(&mut self.run, path)?;
        if let Some(keeper) = &mut self.settings.keeper {
            keeper.saved = keeper.path == path;
        }
        self.run.set_rate().map_err(|cause| Error::Setting { cause })
    }

    /// Trains on `data` until all epochs are over, and returns what was seen.
    ///
    /// A second call goes on where the one before ended or was broken off, as if the
    /// training had been [resumed](Trainer::resume) there: with more
    /// [epochs](Trainer::epochs), it does those that are left.
    ///
    /// # Errors
    ///
    /// [`Error`]. The network and the history are as far as they were.
    pub fn fit(&mut self, data: impl Dataset<N>) -> Result<&History, Error> {
        self.check()?;
        let held = std::mem::replace(&mut self.settings.validation, Held::Nowhere);
        let result = self.fit_with(&data, &held);
        self.settings.validation = held;
        result?;
        Ok(self.history())
    }

    /// Trains on the batches of an iterator for each epoch, which is made by `batches`
    /// from the number of the epoch, counted from 0.
    ///
    /// The order is that of the iterator. A training that is resumed asks for the
    /// epoch again and passes over the batches that it has had; so they must be the
    /// same. Samples for validation can be given, not split off.
    ///
    /// # Errors
    ///
    /// [`Error`]. The network and the history are as far as they were.
    pub fn fit_batches<I>(&mut self, batches: impl FnMut(u64) -> I) -> Result<&History, Error>
    where
        I: Iterator<Item = Batch<N>>,
    {
        self.check()?;
        let held = std::mem::replace(&mut self.settings.validation, Held::Nowhere);
        let result = match &held {
            Held::Split(part) => {
                let expected = "0 for batches of an iterator, which cannot be split";
                let valid = *part == 0.0;
                checked("part of the samples for validation", *part, valid, expected)
                    .map_err(|cause| Error::Setting { cause })
                    .and_then(|_| self.train(&mut Stream::new(batches), None))
            }
            Held::Data(data) => self.train(&mut Stream::new(batches), Some(whole(&**data))),
            Held::Nowhere => self.train(&mut Stream::new(batches), None),
        };
        self.settings.validation = held;
        result?;
        Ok(self.history())
    }

    /// The network as the last step left it, or the best so far if it is
    /// [kept](Trainer::keep_best). It is there after an error too: of a training that
    /// [diverged](Error::Diverged), the best one is as good as before.
    pub fn network(&self) -> &N {
        self.run.result()
    }

    /// As [`network`](Trainer::network), when the training is over.
    pub fn into_network(self) -> Box<N> {
        self.run.into_result()
    }

    /// The optimizer as it is now.
    pub fn optimizer(&self) -> &O {
        &self.run.optimizer
    }

    /// What was seen of the epochs so far.
    pub fn history(&self) -> &History {
        &self.run.history
    }

    fn fit_with(&mut self, data: &dyn Dataset<N>, held: &Held<'_, N>) -> Result<(), Error> {
        let batch_size = self.run.batch_size as usize;
        let (training, validation) = match held {
            Held::Nowhere => ((0..data.len()).collect(), None),
            Held::Data(validation) => ((0..data.len()).collect(), Some(whole(&**validation))),
            Held::Split(part) => {
                let (training, indices) = split(data.len(), *part, &mut self.run.first_draws())?;
                (training, Some(Validation { data, indices }))
            }
        };
        if training.is_empty() {
            return Err(Error::NoSamples { purpose: "training", samples: data.len() });
        }
        if let Some(Validation { data, indices }) = &validation
            && indices.is_empty()
        {
            return Err(Error::NoSamples { purpose: "validation", samples: data.len() });
        }
        self.train(&mut Shuffled::new(data, training, batch_size), validation)
    }

    fn train(
        &mut self,
        source: &mut impl Source<N>,
        validation: Option<Validation<'_, N>>,
    ) -> Result<(), Error> {
        Session::new(&mut self.run, &mut self.settings, validation).train(source)
    }

    /// Refuses settings that cannot be.
    fn check(&self) -> Result<(), Error> {
        let batch_size = self.run.batch_size;
        let every = self.settings.checkpoint_every.unwrap_or(1);
        let has_place = self.settings.keeper.is_some() || self.settings.checkpoint_every.is_none();
        let longest = self.settings.clip.unwrap_or(1.0);
        for (name, value, valid, expected) in [
            ("batch size", batch_size as f64, batch_size > 0, "1 or more"),
            ("number of steps between two checkpoints", every as f64, every > 0, "1 or more"),
            (
                "number of steps between two checkpoints",
                every as f64,
                has_place,
                "none, as long as no `checkpoint` is set",
            ),
            ("longest norm of the gradients", longest, longest > 0.0, "a number above 0"),
        ] {
            checked(name, value, valid, expected).map_err(|cause| Error::Setting { cause })?;
        }
        self.check_top_k().and(self.check_plateau()).map_err(|cause| Error::Setting { cause })
    }

    /// Refuses a plateau that would change the rate before the loss says so.
    fn check_plateau(&self) -> Result<(), crate::error::Error> {
        let Rates::Plateau(plateau) = &self.run.rates else { return Ok(()) };
        let (rate, of_optimizer) = (plateau.rate(), self.run.optimizer.learning_rate());
        // An optimizer may keep its rate in single precision.
        let valid = (rate - of_optimizer).abs() <= 1e-6 * of_optimizer;
        checked("rate of the plateau", rate, valid, "that of the optimizer")?;
        Ok(())
    }

    /// Refuses to count a class among more scores than there are.
    fn check_top_k(&self) -> Result<(), crate::error::Error> {
        let Some(k) = self.settings.top_k else { return Ok(()) };
        let (valid, expected) = match classes::<N>() {
            Some(classes) => ((1..=classes).contains(&k), "from 1 to the number of classes"),
            None => (false, "none, since the network does not choose among classes"),
        };
        checked("`k` of `top_k`", k as f64, valid, expected)?;
        Ok(())
    }
}

/// All samples of `data`.
fn whole<N: Network>(data: &dyn Dataset<N>) -> Validation<'_, N> {
    Validation { data, indices: (0..data.len()).collect() }
}
