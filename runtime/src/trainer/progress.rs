//! A progress bar on standard error.

use indicatif::{ProgressBar, ProgressStyle};

use super::history::Epoch;

/// The progress bar, hidden if standard error is not a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new() -> Progress {
        // Two lines, since one would be wider than a terminal. The bar takes the rest of the first.
        let style = ProgressStyle::with_template(
            "epoch {prefix} {wide_bar} {pos}/{len} steps, {eta} left\n{wide_msg}",
        );
        // The template is valid; the fallback only satisfies the types.
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress { bar: ProgressBar::no_length().with_style(style) }
    }

    /// Starts epoch `epoch` of `epochs` with `steps` steps each, after `batch` batches.
    pub(super) fn begin(&self, epoch: u64, batch: u64, steps: Option<u64>, epochs: u64) {
        self.bar.set_prefix(format!("{}/{epochs}", epoch + 1));
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
        self.bar.set_message(after(epoch));
    }

    /// Runs `print` with the bar suspended.
    pub(super) fn aside<R>(&self, print: impl FnOnce() -> R) -> R {
        self.bar.suspend(print)
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// The metrics after an epoch.
fn after(epoch: &Epoch) -> String {
    let number = epoch.epoch;
    match epoch.validation {
        None => format!("after epoch {number}: {}", epoch.train),
        Some(validation) => {
            format!("after epoch {number}: loss {:.4}, validation {validation}", epoch.train.loss)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::metrics::Metrics;
    use super::*;

    #[test]
    fn metrics_fit_into_a_terminal() {
        let train = Metrics { loss: 12.5, accuracy: Some(0.5), top_k: None };
        let validation = Some(train);
        let mut epoch =
            Epoch { epoch: 1000, steps: 1, learning_rate: 0.1, train, validation: None };
        assert_eq!(after(&epoch), "after epoch 1000: loss 12.50000, accuracy 0.5000");
        epoch.validation = validation;
        let message = "after epoch 1000: loss 12.5000, validation loss 12.50000, accuracy 0.5000";
        assert_eq!(after(&epoch), message);
        assert!(message.len() < 80);
    }
}
