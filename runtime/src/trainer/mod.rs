//! A ready-made training loop.
//!
//! [`Trainer`] takes a network, an optimizer and settings, and iterates over a [`Dataset`] epoch by
//! epoch. It uses only public parts of this crate: a [`Batch`] and its
//! [`gradient`](Batch::gradient), an [`Optimizer`], and [`save_state`](crate::saving::save_state).
//! A custom loop can do everything that it does.

mod confusion;
pub(crate) mod elsewhere;
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
mod together;

use std::path::PathBuf;

pub use confusion::{confusion, confusion_of_output};
pub use error::{Error, FirstNotFinite};
pub use history::{Epoch, History, Measured};
pub use metrics::{Metrics, evaluate, measure};
use run::{Rates, Run};
use session::{Session, Validation};
use settings::{CheckpointWriter, Settings, ValidationSource};
pub use settings::{Flow, Step};
use source::{Shuffled, Source, Stream, split};
use together::{load_together, settings_of};

use crate::data::Dataset;
pub use crate::metrics::ConfusionMatrix;
use crate::metrics::{Metric, OutputAccuracy};
use crate::network::accuracy::classes;
use crate::network::declared::Network;
use crate::optim::schedule::{Plateau, Schedule};
use crate::optim::{LearningRate, Optimizer, checked};
use crate::ranks::check_same;
use crate::rng::Rng;
use crate::saving::{self, State};
use crate::training::batch::Batch;
use crate::training::parts::Parts;

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
/// [`fit`](Trainer::fit) validates the settings and reports invalid ones.
///
/// All random choices follow from one [`seed`](Trainer::seed): the validation samples, the order of
/// each epoch, and [`augment`](Trainer::augment). The same program computes the same bits, for any
/// number of threads, and however often it was interrupted and [resumed](Trainer::resume).
///
/// After the first step, the trainer does not allocate until the end of the epoch. The exception is
/// the thread pool: if products are large enough to be divided, its queue occasionally allocates.
///
/// # Threads
///
/// The trainer runs on the calling thread, since callbacks need not be [`Send`]. Steps of large
/// networks are divided among the threads of the pool. Steps of small networks, such as the book's,
/// are divided only inside the pool: build and run the trainer there, if it takes long enough to
/// matter.
///
/// ```
/// # #[cfg(feature = "threads")] {
/// use chainrule::{Init, Rng, Sgd, Trainer, network};
///
/// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
///
/// let (x, t) = ([[0.5, 1.0], [-1.0, 2.0]], [0, 1]);
/// // Or `rayon::scope`.
/// let net = rayon_core::scope(|_| {
///     let net = Net::new(Init::He, &mut Rng::seed(0));
///     let mut trainer = Trainer::new(net, Sgd::new(0.1)?).epochs(2);
///     trainer.fit((&x, &t))?;
///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(trainer.into_network())
/// })?;
/// assert_eq!(net.predict(&x)?.dim(), (2, 2));
/// # }
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub struct Trainer<'a, N: Network, O> {
    run: Run<'a, N, O>,
    settings: Settings<'a, N, O>,
}

// `fit` states what an optimizer has to be, so that one that is not is reported where it is given and
// not at each method.
impl<'a, N: Network, O> Trainer<'a, N, O> {
    /// Creates a training of `network` by `optimizer`, with 10 epochs and batches of 32 samples. For
    /// a network with a loss for each output, it measures the [`OutputAccuracy`] of each.
    pub fn new(network: Box<N>, optimizer: O) -> Trainer<'a, N, O>
    where
        O: Optimizer<N>,
    {
        let settings = Settings {
            epochs: 10,
            validation: ValidationSource::Nowhere,
            parts: None,
            clip: None,
            patience: None,
            top_k: None,
            metrics: Vec::new(),
            augment: None,
            keeper: None,
            checkpoint_every: None,
            on_step: None,
            on_epoch: None,
            #[cfg(feature = "progress")]
            progress: None,
        };
        let trainer = Trainer { run: Run::new(network, optimizer), settings };
        let metrics = OutputAccuracy::of_heads::<N>();
        metrics.fold(trainer, |trainer, metric| trainer.metric(metric))
    }

    /// Sets the batch size; the default is 32. The last batch of an epoch contains the remaining
    /// samples.
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.run.batch_size = batch_size as u64;
        self
    }

    /// Divides each batch: into parts that are computed one after the other (gradient accumulation),
    /// or among several processes. The step is that of the whole batch, to rounding.
    ///
    /// [`Parts::of`] bounds the memory of a step:
    ///
    /// ```
    /// use chainrule::{Init, Parts, Rng, Sgd, Trainer, network};
    ///
    /// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
    /// let net = Net::new(Init::He, &mut Rng::seed(0));
    /// let (x, t) = ([[0.5, 1.0], [-1.0, 2.0], [0.0, 1.0]], [0, 1, 1]);
    /// let mut trainer = Trainer::new(net, Sgd::new(0.1)?).batch_size(3).parts(Parts::of(2));
    /// trainer.fit((&x, &t))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// With [`Parts::on`], every rank runs the same trainer with the same data. It computes its
    /// [`share`](crate::share) of each batch and of the validation samples. Networks, metrics,
    /// learning rates and early stopping are the same on all ranks, and so are errors: what one rank
    /// reports ends the training on each. The ranks compare network, data sizes, settings and
    /// version before the first step, and the parameters after each epoch.
    ///
    /// Rank 0 alone writes checkpoints, shows the progress, and reads the file in
    /// [`resume`](Trainer::resume), which may continue on another number of ranks; call this method
    /// before. Callbacks are called on every rank; if one of them stops the training, it stops on
    /// all. With several ranks, [`augment`](Trainer::augment) and layers such as
    /// [`Dropout`](crate::layers::Dropout) draw other numbers on each rank, which follow from the
    /// seed, the step and the rank.
    pub fn parts(mut self, parts: Parts<'a, N::Scalar>) -> Self {
        self.settings.parts = parts.if_divided();
        self
    }

    /// Sets the number of epochs, counted from the start of the training; the default is 10.
    pub fn epochs(mut self, epochs: u64) -> Self {
        self.settings.epochs = epochs;
        self
    }

    /// Sets the seed of all random choices; the default is 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.run.seed(seed);
        self
    }

    /// Sets the learning rate of each step from `schedule`.
    pub fn schedule(mut self, schedule: impl Schedule + 'a) -> Self {
        self.run.rates = Rates::Schedule(Box::new(schedule));
        self
    }

    /// Sets the learning rate of each epoch from `plateau`, which observes [`Epoch::watched_loss`].
    /// It must start with the learning rate of the optimizer.
    pub fn plateau(mut self, plateau: Plateau) -> Self {
        self.run.rates = Rates::Plateau(plateau);
        self
    }

    /// Clips the gradient norm to `longest`, see [`clip_norm`](crate::clip_norm).
    pub fn clip_norm(mut self, longest: f64) -> Self {
        self.settings.clip = Some(longest);
        self
    }

    /// Holds out this fraction of the samples, drawn at random, for validation. They are not
    /// trained on.
    pub fn validation_split(mut self, part: f64) -> Self {
        self.settings.validation = ValidationSource::Split(part);
        self
    }

    /// Validates on `data` after each epoch.
    pub fn validation(mut self, data: impl Dataset<N> + 'a) -> Self {
        self.settings.validation = ValidationSource::Data(Box::new(data));
        self
    }

    /// Stops after more than `patience` consecutive epochs without improvement of
    /// [`Epoch::watched_loss`], and [keeps the best network](Trainer::keep_best).
    pub fn early_stopping(mut self, patience: u64) -> Self {
        self.settings.patience = Some(patience);
        self.keep_best()
    }

    /// Keeps the network of the epoch with the lowest [`Epoch::watched_loss`].
    /// [`network`](Trainer::network) and [`into_network`](Trainer::into_network) return it once an
    /// epoch is complete. The training itself continues from the last network, also in a second
    /// call of [`fit`](Trainer::fit).
    pub fn keep_best(mut self) -> Self {
        self.run.keep_best();
        self
    }

    /// Also counts how often a class is among the `k` largest scores, where `k` is from 1 to the
    /// number of classes; of a sequence, in each step that the accuracy counts. Of several outputs that choose a class, it is the mean; for one of them,
    /// add [`OutputAccuracy::top_k`].
    pub fn top_k(mut self, k: usize) -> Self {
        self.settings.top_k = Some(k);
        self
    }

    /// Also measures `metric` in each epoch: [`Epoch::metrics`], and columns of the history. Can be
    /// called several times, for metrics of different names.
    pub fn metric(mut self, metric: impl Metric<N> + 'a) -> Self {
        self.run.place.sums.extend(core::iter::repeat_n(0.0, metric.sums()));
        self.run.history.add_metric(metric.name());
        self.settings.metrics.push(Box::new(metric));
        self
    }

    /// Sets a function that changes the features of each training sample when its batch is
    /// gathered. Validation samples are not changed. For images, see
    /// [`data::augment`](crate::data::augment).
    pub fn augment(mut self, augment: impl FnMut(&mut [N::Scalar], &mut Rng) + 'a) -> Self {
        self.settings.augment = Some(Box::new(augment));
        self
    }

    /// Calls `look` after each step. It returns nothing, or a [`ControlFlow`](core::ops::ControlFlow), of
    /// which `Break` stops the training.
    ///
    /// ```
    /// # use chainrule::{Init, Rng, Sgd, Trainer, network};
    /// # network! { struct Net = Affine(2, 2) => SoftmaxWithLoss; }
    /// # let net = Net::new(Init::Auto, &mut Rng::seed(0));
    /// let mut losses = Vec::new();
    /// let mut trainer = Trainer::new(net, Sgd::new(0.1)?)
    ///     .epochs(3)
    ///     .on_step(|step, _| losses.push(step.loss));
    /// trainer.fit((&[[0.5, 1.0]], &[1]))?;
    /// # drop(trainer);
    /// assert_eq!(losses.len(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on_step<R: Flow>(mut self, mut look: impl FnMut(&Step, &N) -> R + 'a) -> Self {
        self.settings.on_step = Some(Box::new(move |step, network| look(step, network).flow()));
        self
    }

    /// Calls `look` after each epoch, once it is in the history and in the checkpoint.
    /// It returns nothing, or a [`ControlFlow`](core::ops::ControlFlow), of which `Break` stops the
    /// training.
    pub fn on_epoch<R: Flow>(mut self, mut look: impl FnMut(&Epoch, &N) -> R + 'a) -> Self {
        self.settings.on_epoch = Some(Box::new(move |epoch, network| look(epoch, network).flow()));
        self
    }

    /// Shows a progress bar with the remaining time on standard error, if that is a terminal.
    /// Output of [`on_epoch`](Trainer::on_epoch) appears above the bar; output of
    /// [`on_step`](Trainer::on_step) interferes with it.
    #[cfg(feature = "progress")]
    pub fn progress(mut self) -> Self {
        self.settings.progress = Some(progress::Progress::new());
        self
    }

    /// Writes the complete state of the training to `path` after each epoch, from which it can be
    /// [resumed](Trainer::resume). The file is always complete: it contains the last checkpoint, or
    /// the previous one.
    pub fn checkpoint(mut self, path: impl Into<PathBuf>) -> Self
    where
        O: State<N>,
    {
        let write = |run: &mut Run<'a, N, O>, path: &std::path::Path| saving::save_state(run, path);
        self.settings.keeper = Some(CheckpointWriter { path: path.into(), write, saved: false });
        self
    }

    /// Also writes the [`checkpoint`](Trainer::checkpoint) after every `steps` steps.
    pub fn checkpoint_every(mut self, steps: u64) -> Self {
        self.settings.checkpoint_every = Some(steps);
        self
    }

    /// The network after the last step, or the best network so far if it is
    /// [kept](Trainer::keep_best). It is available after an error too. If the training
    /// [diverged](Error::Diverged), the best network is not affected.
    pub fn network(&self) -> &N {
        self.run.result()
    }

    /// Returns [`network`](Trainer::network) and drops the trainer.
    pub fn into_network(self) -> Box<N> {
        self.run.into_result()
    }

    /// The optimizer in its current state.
    pub fn optimizer(&self) -> &O {
        &self.run.optimizer
    }

    /// The history of the epochs so far.
    pub fn history(&self) -> &History {
        &self.run.history
    }
}

impl<'a, N, O> Trainer<'a, N, O>
where
    N: Network,
    O: Optimizer<N> + LearningRate,
{
    /// Continues the training that wrote the checkpoint at `path`. Restores its network, optimizer,
    /// learning rate, history, position in the data and random number generator.
    /// [`fit`](Trainer::fit) then completes the training, bit for bit as if it had not been
    /// interrupted.
    ///
    /// The settings are not restored. They must be the same as those of the interrupted training.
    /// This method checks the seed and the batch size, and [`fit`](Trainer::fit) checks the number
    /// of samples.
    ///
    /// # Errors
    ///
    /// [`Error::Checkpoint`] if the file is not a checkpoint of such a training. The trainer is
    /// then unchanged.
    pub fn resume(&mut self, path: impl AsRef<std::path::Path>) -> Result<(), Error>
    where
        O: State<N>,
    {
        let path = path.as_ref();
        match self.settings.ranks() {
            None => saving::load_state(&mut self.run, path)?,
            Some(ranks) => load_together(ranks, &mut self.run, path)?,
        }
        if let Some(keeper) = &mut self.settings.keeper {
            keeper.saved = keeper.path == path;
        }
        self.run.set_rate().map_err(|cause| Error::Setting { cause })
    }

    /// Trains on `data` until all epochs are complete, and returns the history.
    ///
    /// A second call continues from the end or the interruption of the previous one, as if the
    /// training had been [resumed](Trainer::resume) there. If the number of
    /// [epochs](Trainer::epochs) was increased, it trains for the remaining ones.
    ///
    /// # Errors
    ///
    /// [`Error`]. The network and the history keep the progress so far.
    pub fn fit(&mut self, data: impl Dataset<N>) -> Result<&History, Error> {
        self.check()?;
        let held = core::mem::replace(&mut self.settings.validation, ValidationSource::Nowhere);
        let result = self.fit_with(&data, &held);
        self.settings.validation = held;
        result?;
        Ok(self.history())
    }

    /// Trains on the batches of an iterator. For each epoch, `batches` creates it from the number
    /// of the epoch, counted from 0.
    ///
    /// Batches are used in the order of the iterator. A resumed training requests the same epoch
    /// again and skips the batches that it has already used, so they must be the same. Validation
    /// samples can be provided, but not split off.
    ///
    /// A batch of arrays is that of a data set, which a [`Dataset`] gathers by their indices:
    ///
    /// ```
    /// use chainrule::data::Dataset;
    /// use chainrule::{Adam, Batch, Init, Rng, Trainer, network};
    ///
    /// network! { struct Net = Input(3, 1) -> Gru(8, carry = true) -> Affine(1) => IdentityWithLoss; }
    ///
    /// let series: Vec<f32> = (0..61).map(|i| (i as f32 * 0.3).sin()).collect();
    /// let stretch = |from: usize| -> [f32; 3] { core::array::from_fn(|i| series[from + i]) };
    /// // Two samples, which continue from batch to batch.
    /// let x: Vec<_> = (0..10).flat_map(|i| [stretch(3 * i), stretch(30 + 3 * i)]).collect();
    /// let t: Vec<_> = (0..10).flat_map(|i| [stretch(3 * i + 1), stretch(31 + 3 * i)]).collect();
    ///
    /// let mut trainer = Trainer::new(Net::new(Init::Auto, &mut Rng::seed(0)), Adam::new(0.01)?);
    /// trainer.fit_batches(|_epoch| {
    ///     (0..10).map(|i| {
    ///         let mut batch = Batch::new();
    ///         (&x, &t).gather(&[2 * i, 2 * i + 1], &mut batch).expect("samples in memory");
    ///         batch
    ///     })
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`]. The network and the history keep the progress so far.
    pub fn fit_batches<I>(&mut self, batches: impl FnMut(u64) -> I) -> Result<&History, Error>
    where
        I: Iterator<Item = Batch<N>>,
    {
        self.check()?;
        let of_rank = self.settings.rank();
        let held = core::mem::replace(&mut self.settings.validation, ValidationSource::Nowhere);
        let result = match &held {
            ValidationSource::Split(part) => {
                let expected = "0, because batches of an iterator are not split";
                let valid = *part == 0.0;
                checked("validation split", *part, valid, expected)
                    .map_err(|cause| Error::Setting { cause })
                    .and_then(|_| self.run_epochs(&mut Stream::new(batches, of_rank), None))
            }
            ValidationSource::Data(data) => {
                self.run_epochs(&mut Stream::new(batches, of_rank), Some(all_samples(&**data)))
            }
            ValidationSource::Nowhere => self.run_epochs(&mut Stream::new(batches, of_rank), None),
        };
        self.settings.validation = held;
        result?;
        Ok(self.history())
    }

    fn fit_with(
        &mut self,
        data: &dyn Dataset<N>,
        held: &ValidationSource<'_, N>,
    ) -> Result<(), Error> {
        let (training, validation) = match held {
            ValidationSource::Nowhere => ((0..data.len()).collect(), None),
            ValidationSource::Data(validation) => {
                ((0..data.len()).collect(), Some(all_samples(&**validation)))
            }
            ValidationSource::Split(part) => {
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
        let of_rank = self.settings.rank();
        let batch_size = self.run.batch_size as usize;
        self.run_epochs(&mut Shuffled::new(data, training, batch_size, of_rank), validation)
    }

    fn run_epochs(
        &mut self,
        source: &mut impl Source<N>,
        validation: Option<Validation<'_, N>>,
    ) -> Result<(), Error> {
        if let Some(ranks) = self.settings.ranks() {
            let samples = validation.as_ref().map_or(0, |validation| validation.indices.len());
            let facts = settings_of(&self.run, &self.settings, source.samples(), samples);
            check_same(ranks, &facts)?;
        }
        Session::new(&mut self.run, &mut self.settings, validation).train(source)
    }

    /// Rejects invalid settings.
    fn check(&self) -> Result<(), Error> {
        let batch_size = self.run.batch_size;
        let every = self.settings.checkpoint_every.unwrap_or(1);
        let has_place = self.settings.keeper.is_some() || self.settings.checkpoint_every.is_none();
        let longest = self.settings.clip.unwrap_or(1.0);
        for (name, value, valid, expected) in [
            ("batch size", batch_size as f64, batch_size > 0, "at least 1"),
            ("number of steps between checkpoints", every as f64, every > 0, "at least 1"),
            (
                "number of steps between checkpoints",
                every as f64,
                has_place,
                "none without `checkpoint`",
            ),
            ("maximum gradient norm", longest, longest > 0.0, "a number above 0"),
        ] {
            checked(name, value, valid, expected).map_err(|cause| Error::Setting { cause })?;
        }
        let parts = self.settings.parts.map_or(Ok(()), |parts| parts.check());
        parts
            .and(self.check_top_k())
            .and(self.check_plateau())
            .map_err(|cause| Error::Setting { cause })
    }

    /// Rejects a plateau whose initial rate differs from the optimizer's.
    fn check_plateau(&self) -> Result<(), crate::error::Error> {
        let Rates::Plateau(plateau) = &self.run.rates else { return Ok(()) };
        let (rate, of_optimizer) = (plateau.rate(), self.run.optimizer.learning_rate());
        // An optimizer may store its rate in single precision.
        let valid = (rate - of_optimizer).abs() <= 1e-6 * of_optimizer;
        checked("initial rate of the plateau", rate, valid, "the rate of the optimizer")?;
        Ok(())
    }

    /// Rejects a `k` that exceeds the number of scores.
    fn check_top_k(&self) -> Result<(), crate::error::Error> {
        let Some(k) = self.settings.top_k else { return Ok(()) };
        let (valid, expected) = match classes::<N>() {
            Some(classes) => ((1..=classes).contains(&k), "from 1 to the number of classes"),
            None => (false, "none, because the network has no classes"),
        };
        checked("`k` of `top_k`", k as f64, valid, expected)?;
        Ok(())
    }
}

/// All samples of `data`.
fn all_samples<N: Network>(data: &dyn Dataset<N>) -> Validation<'_, N> {
    Validation { data, indices: (0..data.len()).collect() }
}
