//! A bar on standard error that shows how far a training is.

use indicatif::{ProgressBar, ProgressStyle};

use super::history::Epoch;

/// The bar, which is hidden where standard error is not a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new() -> Progress {
        let style =
            ProgressStyle::with_template("{bar:20} {pos}/{len} steps, {eta} left{wide_msg}");
        // The template is right; the other is there for the compiler.
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress { bar: ProgressBar::no_length().with_style(style) }
    }

    /// Epoch `epoch` of `epochs`, of `steps` steps each, begins after `batch` batches.
    pub(super) fn begin(&self, epoch: u64, batch: u64, steps: Option<u64>, epochs: u64) {
        let Some(steps) = steps else { return };
        if self.bar.is_finished() {
            // By a call of `fit` before this one.
            self.bar.reset();
        }
        self.bar.set_length(steps.saturating_mul(epochs));
        if self.bar.position() == 0 {
            // Steps of a training that is resumed are not counted for the time left.
            let before = steps.saturating_mul(epoch).saturating_add(batch);
            self.bar.set_position(before);
            self.bar.reset_eta();
        }
    }

    pub(super) fn step(&self) {
        self.bar.inc(1);
    }

    pub(super) fn epoch(&self, epoch: &Epoch) {
        let message = match epoch.validation {
            None => format!("; {}", epoch.train),
            Some(validation) => format!("; loss {:.4}, validation {validation}", epoch.train.loss),
        };
        self.bar.set_message(message);
    }

    /// Does what may print, with the bar out of the way.
    pub(super) fn aside<R>(&self, print: impl FnOnce() -> R) -> R {
        self.bar.suspend(print)
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
