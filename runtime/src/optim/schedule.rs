//! Learning rate schedules.
//!
//! A schedule is a plain value that returns the rate of each step. [`then`](Schedule::then) appends
//! a schedule to another. [`lasting`](Schedule::lasting) limits the length of a schedule without an
//! end:
//!
//! ```
//! use chainrule::schedule::{Cosine, Schedule, WarmUp};
//! use chainrule::{LearningRate, Sgd};
//!
//! let schedule = WarmUp::new(0.0, 0.1, 500)?.then(Cosine::new(0.1, 0.0, 9500)?);
//! assert_eq!(schedule.rate(250), 0.05);
//! assert_eq!(schedule.rate(500), 0.1);
//! assert_eq!(schedule.rate(10_000), 0.0);
//!
//! let mut sgd = Sgd::new(schedule.rate(0))?;
//! for step in 0..10 {
//!     sgd.set_learning_rate(schedule.rate(step))?;
//!     // … a step of training
//! }
//! # Ok::<(), chainrule::Error>(())
//! ```
//!
//! [`Plateau`] is not a schedule, since it depends on the loss.
//!
//! In the formulas `t` is the step, counted from 0.

use core::f64::consts::PI;

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::hyper::{checked, learning_rate};
use crate::error::Error;
#[cfg(feature = "std")]
use crate::network::declared::Network;
#[cfg(feature = "std")]
use crate::saving::{State, Visitor};

/// A learning rate for each step.
///
/// The constructors of this module check their arguments, so that
/// [`set_learning_rate`](crate::LearningRate::set_learning_rate) accepts every rate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a schedule of learning rates",
    label = "expected a schedule, such as `schedule::Cosine`",
    note = "for one learning rate, write `schedule::Constant::new(0.1)?`, or leave it to the optimizer",
    note = "constructors return a `Result`: `Cosine::new(0.1, 0.0, 1000)?`"
)]
pub trait Schedule {
    /// The rate of step `step`, counted from 0.
    fn rate(&self, step: u64) -> f64;

    /// The number of steps; `u64::MAX` for a schedule without an end. After its end a schedule
    /// keeps its last rate.
    fn length(&self) -> u64 {
        u64::MAX
    }

    /// Ends this schedule after at most `steps` steps.
    fn lasting(self, steps: u64) -> Lasting<Self>
    where
        Self: Sized,
    {
        Lasting { schedule: self, steps }
    }

    /// Follows this schedule with `next`, which starts from its beginning. As PyTorch's
    /// `SequentialLR`.
    fn then<S: Schedule>(self, next: S) -> Then<Self, S>
    where
        Self: Sized,
    {
        Then { first: self, next }
    }
}

/// The schedule returned by [`Schedule::lasting`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lasting<S> {
    schedule: S,
    steps: u64,
}

impl<S: Schedule> Schedule for Lasting<S> {
    fn rate(&self, step: u64) -> f64 {
        self.schedule.rate(step.min(self.steps))
    }

    fn length(&self) -> u64 {
        self.steps.min(self.schedule.length())
    }
}

/// The schedule returned by [`Schedule::then`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Then<A, B> {
    first: A,
    next: B,
}

impl<A: Schedule, B: Schedule> Schedule for Then<A, B> {
    fn rate(&self, step: u64) -> f64 {
        match step.checked_sub(self.first.length()) {
            Some(step) => self.next.rate(step),
            None => self.first.rate(step),
        }
    }

    fn length(&self) -> u64 {
        self.first.length().saturating_add(self.next.length())
    }
}

/// The same rate in every step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    rate: f64,
}

impl Constant {
    /// Creates a schedule with this rate in every step.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if it is negative or not finite.
    pub fn new(rate: f64) -> Result<Constant, Error> {
        Ok(Constant { rate: learning_rate(rate)? })
    }
}

impl Schedule for Constant {
    fn rate(&self, _step: u64) -> f64 {
        self.rate
    }
}

/// A rate that decreases at regular intervals, `η γ^⌊t / every⌋`. As PyTorch's `StepLR`. With
/// `every` equal to 1, the rate decreases in each step, as PyTorch's `ExponentialLR`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decay {
    rate: f64,
    factor: f64,
    every: u64,
}

impl Decay {
    /// Starts at `rate` and multiplies by `factor` (`γ`) after every `every` steps.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if `rate` is negative or not finite;
    /// [`Error::HyperParameter`] if `factor` is not in `[0, 1]` or `every` is 0.
    pub fn stepwise(rate: f64, factor: f64, every: u64) -> Result<Decay, Error> {
        let factor =
            checked("decay factor", factor, (0.0..=1.0).contains(&factor), "a number from 0 to 1")?;
        count("number of steps between decays", every)?;
        Ok(Decay { rate: learning_rate(rate)?, factor, every })
    }

    /// Starts at `rate` and multiplies by `factor` (`γ`) after each step: `η γᵗ`.
    ///
    /// # Errors
    ///
    /// As [`stepwise`](Decay::stepwise).
    pub fn exponential(rate: f64, factor: f64) -> Result<Decay, Error> {
        Decay::stepwise(rate, factor, 1)
    }
}

impl Schedule for Decay {
    fn rate(&self, step: u64) -> f64 {
        self.rate * self.factor.powf((step / self.every) as f64)
    }
}

/// A rate that changes linearly, `a + (b - a) t / steps`, and then stays constant. Small initial
/// rates compensate for large first gradients (Goyal et al., 2017). As PyTorch's `LinearLR`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp {
    from: f64,
    to: f64,
    steps: u64,
}

impl WarmUp {
    /// Changes the rate from `from` to `to`, which is reached after `steps` steps.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if a rate is negative or not finite;
    /// [`Error::HyperParameter`] if `steps` is 0.
    pub fn new(from: f64, to: f64, steps: u64) -> Result<WarmUp, Error> {
        count("number of warm-up steps", steps)?;
        Ok(WarmUp { from: learning_rate(from)?, to: learning_rate(to)?, steps })
    }
}

impl Schedule for WarmUp {
    fn rate(&self, step: u64) -> f64 {
        let part = part(step, self.steps);
        (1.0 - part) * self.from + part * self.to
    }

    fn length(&self) -> u64 {
        self.steps
    }
}

/// A rate that follows half a cosine (Loshchilov and Hutter, 2017),
/// `b + (a - b) (1 + cos(π t / steps)) / 2`, and then stays constant. As PyTorch's
/// `CosineAnnealingLR`, which rises again after that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine {
    from: f64,
    to: f64,
    steps: u64,
}

impl Cosine {
    /// Changes the rate from `from` to `to`, which is reached after `steps` steps.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if a rate is negative or not finite;
    /// [`Error::HyperParameter`] if `steps` is 0.
    pub fn new(from: f64, to: f64, steps: u64) -> Result<Cosine, Error> {
        count("number of steps of the cosine", steps)?;
        Ok(Cosine { from: learning_rate(from)?, to: learning_rate(to)?, steps })
    }
}

impl Schedule for Cosine {
    fn rate(&self, step: u64) -> f64 {
        cosine(self.from, self.to, part(step, self.steps))
    }

    fn length(&self) -> u64 {
        self.steps
    }
}

/// The one-cycle schedule (Smith and Topin, 2018). The rate rises to its maximum along half a
/// cosine in the first 0.3 of the steps, then falls to almost 0. As PyTorch's `OneCycleLR`: it
/// starts at `highest / 25` and ends at `highest / 250_000`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    highest: f64,
    steps: u64,
}

impl OneCycle {
    /// Rises to the rate `highest` and falls again, in `steps` steps.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if the rate is negative or not finite;
    /// [`Error::HyperParameter`] if `steps` is less than 4, which leaves no steps to rise.
    pub fn new(highest: f64, steps: u64) -> Result<OneCycle, Error> {
        checked("number of steps of the cycle", steps as f64, steps >= 4, "at least 4")?;
        Ok(OneCycle { highest: learning_rate(highest)?, steps })
    }
}

impl Schedule for OneCycle {
    fn rate(&self, step: u64) -> f64 {
        let first = self.highest / 25.0;
        // The last steps of the rise and of the fall, counted from 0.
        let (top, end) = (0.3 * self.steps as f64 - 1.0, self.steps as f64 - 1.0);
        let step = (step as f64).min(end);
        match step <= top {
            true => cosine(first, self.highest, step / top),
            false => cosine(self.highest, first / 1e4, (step - top) / (end - top)),
        }
    }

    fn length(&self) -> u64 {
        self.steps
    }
}

/// A rate that is reduced when the loss no longer decreases. As PyTorch's `ReduceLROnPlateau`.
///
/// ```
/// use chainrule::schedule::Plateau;
///
/// let mut plateau = Plateau::new(0.1, 0.5, 2)?;
/// for loss in [1.0, 0.8, 0.8, 0.8] {
///     assert_eq!(plateau.observe(loss), 0.1);
/// }
/// assert_eq!(plateau.observe(0.8), 0.05);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    rate: f64,
    factor: f64,
    patience: u64,
    threshold: f64,
    cooldown: u64,
    lowest: f64,
    epsilon: f64,
    best: f64,
    bad: u64,
    cooling: u64,
}

impl Plateau {
    /// Starts at `rate` and multiplies by `factor` after more than `patience` consecutive losses
    /// without improvement.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if the rate is negative or not finite;
    /// [`Error::HyperParameter`] if `factor` is not in `[0, 1)`.
    pub fn new(rate: f64, factor: f64, patience: u64) -> Result<Plateau, Error> {
        let valid = (0.0..1.0).contains(&factor);
        Ok(Plateau {
            rate: learning_rate(rate)?,
            factor: checked("decay factor", factor, valid, "a number of at least 0 and below 1")?,
            patience,
            threshold: 1e-4,
            cooldown: 0,
            lowest: 0.0,
            epsilon: 1e-8,
            best: f64::INFINITY,
            bad: 0,
            cooling: 0,
        })
    }

    /// Sets the relative improvement that counts: a loss has to be below the best one by this
    /// fraction. The default is 1e-4.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if it is not in `[0, 1)`.
    pub fn with_threshold(self, threshold: f64) -> Result<Plateau, Error> {
        let valid = (0.0..1.0).contains(&threshold);
        let threshold =
            checked("threshold", threshold, valid, "a number of at least 0 and below 1")?;
        Ok(Plateau { threshold, ..self })
    }

    /// Sets the number of losses after a reduction that do not count, and the lowest rate. Both are
    /// 0 by default.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if the rate is negative or not finite.
    pub fn with_limits(self, cooldown: u64, lowest: f64) -> Result<Plateau, Error> {
        Ok(Plateau { cooldown, lowest: learning_rate(lowest)?, ..self })
    }

    /// Sets the smallest reduction of the rate. Reductions that are not larger than `epsilon` are
    /// skipped. The default is 1e-8.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if it is negative or not finite.
    pub fn with_epsilon(self, epsilon: f64) -> Result<Plateau, Error> {
        let valid = epsilon >= 0.0 && epsilon.is_finite();
        let epsilon = checked("epsilon", epsilon, valid, "a finite number of at least 0")?;
        Ok(Plateau { epsilon, ..self })
    }

    /// The current rate.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Returns the rate to use after this loss, for example the loss of an epoch. NaN is never an
    /// improvement.
    pub fn observe(&mut self, loss: f64) -> f64 {
        // The fraction refers to the absolute value, also for a negative loss.
        let enough = self.best - self.threshold * self.best.abs();
        if loss < enough || (self.best == f64::INFINITY && loss < self.best) {
            self.best = loss;
            self.bad = 0;
        } else {
            self.bad += 1;
        }
        if self.cooling > 0 {
            self.cooling -= 1;
            self.bad = 0;
        }
        if self.bad > self.patience {
            let lower = (self.rate * self.factor).max(self.lowest);
            if self.rate - lower > self.epsilon {
                self.rate = lower;
            }
            self.cooling = self.cooldown;
            self.bad = 0;
        }
        self.rate
    }
}

#[cfg(feature = "std")]
impl<N: Network> State<N> for Plateau {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.float("rate", &mut self.rate);
        visitor.float("best", &mut self.best);
        visitor.integer("bad", &mut self.bad);
        visitor.integer("cooling", &mut self.cooling);
    }
}

/// The fraction of `steps` that has passed at `step`, at most 1.
fn part(step: u64, steps: u64) -> f64 {
    (step as f64 / steps as f64).min(1.0)
}

/// Interpolates from `from` to `to` along half a cosine; `part` is between 0 and 1.
fn cosine(from: f64, to: f64, part: f64) -> f64 {
    to + (from - to) * (1.0 + (PI * part).cos()) / 2.0
}

/// Checks that a number of steps is not 0.
fn count(name: &'static str, steps: u64) -> Result<f64, Error> {
    checked(name, steps as f64, steps > 0, "at least 1")
}
