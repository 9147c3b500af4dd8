//! A progress bar on standard error.

use indicatif::{ProgressBar, ProgressStyle};

use super::history::Epoch;

/// The progress bar, hidden if standard error is not a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new() -> Progress {
        let style =
            ProgressStyle::with_template("{bar:20} {pos}/{len} steps, {eta} left{wide_msg}");
        // The template is valid; the fallback only satisfies the types.
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress { bar: ProgressBar::no_length().with_style(style) }
    }

    /// Starts epoch `epoch` of `epochs` with `steps` steps each, after `batch` batches.
    pub(super) fn begin(&self, epoch: u64, batch: u64, steps: Option<u64>, epochs: u64) {
        let Some(steps) = steps else { return };
        if self.bar.is_finished() {
            // A previous call of `fit` may have finished the bar.
            self.bar.reset();
        }
        self.bar.set_length(steps.saturating_mul(epochs));
        if self.bar.position() == 0 {
            // The estimate of the remaining time does not include the steps of a resumed training.
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

    /// Runs `print` with the bar suspended.
    pub(super) fn aside<R>(&self, print: impl FnOnce() -> R) -> R {
        self.bar.suspend(print)
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
