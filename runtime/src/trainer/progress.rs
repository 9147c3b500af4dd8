//! A progress bar on standard error.

use indicatif::{ProgressBar, ProgressStyle};

use super::history::Epoch;

/// The progress bar, hidden if standard error is not a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new() -> Progress {
        // Lines that fit into a terminal. The bar takes the rest of the first.
        let style = ProgressStyle::with_template(
            "epoch {prefix} {wide_bar} {pos}/{len} steps, {eta} left\n{msg}",
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

/// The widest line of metrics.
const WIDTH: usize = 79;

/// The metrics after an epoch. Added metrics are those of the validation set, if there is one, on
/// lines of their own.
fn after(epoch: &Epoch) -> String {
    let number = epoch.epoch;
    let mut lines = match epoch.validation {
        None => format!("after epoch {number}: {}", epoch.train),
        Some(validation) => {
            format!("after epoch {number}: loss {:.4}, validation {validation}", epoch.train.loss)
        }
    };
    let mut width = WIDTH;
    for metric in &epoch.metrics {
        let value = if epoch.validation.is_some() { metric.validation } else { metric.train };
        let Some(value) = value else { continue };
        let text = format!("{} {value:.4}", metric.name);
        let longer = width + ", ".len() + text.chars().count();
        let (separator, begin) = if longer > WIDTH { ("\n", 0) } else { (", ", width + 2) };
        lines += separator;
        lines += &text;
        width = begin + text.chars().count();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::history::Measured;
    use super::super::metrics::Metrics;
    use super::*;

    #[test]
    fn metrics_fit_into_a_terminal() {
        let train = Metrics { loss: 12.5, accuracy: Some(0.5), top_k: None };
        let validation = Some(train);
        let mut epoch = Epoch {
            epoch: 1000,
            steps: 1,
            learning_rate: 0.1,
            train,
            validation: None,
            metrics: Vec::new(),
        };
        assert_eq!(after(&epoch), "after epoch 1000: loss 12.50000, accuracy 0.5000");
        epoch.validation = validation;
        let message = "after epoch 1000: loss 12.5000, validation loss 12.50000, accuracy 0.5000";
        assert_eq!(after(&epoch), message);
        assert!(message.len() <= WIDTH);
    }

    #[test]
    fn added_metrics_have_lines_of_their_own() {
        let train = Metrics { loss: 12.5, accuracy: Some(0.5), top_k: None };
        let metric = |name: &str| Measured {
            name: name.to_owned(),
            train: Some(0.25),
            validation: Some(1.0),
        };
        let mut metrics = vec![metric("accuracy_0"), metric("accuracy_1"), metric("accuracy_2")];
        metrics[1].validation = None;
        metrics.extend([metric("a name of thirty-three characters"), metric("R²"), metric("MAE")]);
        let mut epoch =
            Epoch { epoch: 7, steps: 1, learning_rate: 0.1, train, validation: None, metrics };
        assert_eq!(
            after(&epoch),
            "after epoch 7: loss 12.50000, accuracy 0.5000\n\
             accuracy_0 0.2500, accuracy_1 0.2500, accuracy_2 0.2500\n\
             a name of thirty-three characters 0.2500, R² 0.2500, MAE 0.2500"
        );
        epoch.validation = Some(train);
        let of_validation = after(&epoch);
        let lines: Vec<&str> = of_validation.lines().collect();
        assert_eq!(
            lines[1],
            "accuracy_0 1.0000, accuracy_2 1.0000, a name of thirty-three characters 1.0000"
        );
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{lines:?}");
    }
}
