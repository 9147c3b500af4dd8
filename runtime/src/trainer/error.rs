//! The errors of a training.

use core::fmt;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::data::Failure;
use crate::error::counted;
use crate::ranks::RankError;
use crate::saving;

/// Why a training could not start or continue.
///
/// The message of a variant already contains that of its cause, so `source` returns nothing.
///
/// `Debug` prints the message too, because a `main` that returns an error prints it so.
#[derive(ThisError)]
#[non_exhaustive]
pub enum Error {
    /// An invalid setting.
    #[error("{cause}")]
    Setting {
        /// The setting, and its valid values.
        cause: crate::error::Error,
    },

    /// No samples to train on, or to validate with.
    #[error(
        "expected at least one {purpose} sample, found none in a data set of {}",
        counted(*samples, "sample")
    )]
    NoSamples {
        /// `training` or `validation`.
        purpose: &'static str,
        /// Number of samples in the data set from which they are drawn.
        samples: usize,
    },

    /// Samples that are invalid for the network. Indices refer to the data set, or to the batch if
    /// batches come from an iterator.
    #[error("{}{cause}", in_epoch(*epoch))]
    Samples {
        /// The epoch, counted from 1, if the error occurred in a training.
        epoch: Option<u64>,
        /// What is invalid, and in which sample.
        cause: crate::error::Error,
    },

    /// The data set failed to return samples.
    #[error("{}{cause}", in_epoch(*epoch))]
    Dataset {
        /// The epoch, counted from 1, if the error occurred in a training.
        epoch: Option<u64>,
        /// The error of the data set.
        cause: Failure,
    },

    /// The data set returned a different number of samples than requested.
    #[error(
        "{}expected {} from the data set, found {found}",
        in_epoch(*epoch),
        counted(*expected, "sample")
    )]
    Gathered {
        /// The epoch, counted from 1, if the error occurred in a training.
        epoch: Option<u64>,
        /// Number of samples returned.
        found: usize,
        /// Number of samples requested.
        expected: usize,
    },

    /// Values are not finite. The last network is as it was before the step whose gradient could
    /// not be computed. No checkpoint was written after its parameters became invalid.
    ///
    /// With [`keep_best`](super::Trainer::keep_best) or
    /// [`early_stopping`](super::Trainer::early_stopping), [`network`](super::Trainer::network) is
    /// the best one, if an epoch was completed. To continue from it, start another training with
    /// `into_network()` and a smaller learning rate. [`resume`](super::Trainer::resume) continues
    /// from the checkpoint.
    #[error(
        "training diverged in epoch {epoch} after {}: {}{cause}{}{}",
        counted(*steps as usize, "step"),
        first.as_ref().map_or(String::new(), |first| format!("{first}; ")),
        repair(cause),
        kept(checkpoint),
    )]
    Diverged {
        /// The epoch, counted from 1.
        epoch: u64,
        /// Number of steps taken before.
        steps: u64,
        /// Where the first such values occur in the network.
        first: Option<FirstNotFinite>,
        /// The error that was detected.
        cause: Box<crate::error::Error>,
        /// The last checkpoint before the divergence, if any.
        checkpoint: Option<PathBuf>,
    },

    /// A checkpoint could not be written or read.
    #[error("{cause}")]
    Checkpoint {
        /// The cause.
        cause: saving::Error,
    },

    /// Another rank failed, or the ranks cannot train together.
    #[error("{cause}")]
    Ranks {
        /// Why.
        cause: RankError,
    },

    /// The training data is not that of the interrupted training: another number of samples, or
    /// batches of an iterator (0 samples) in place of a data set.
    #[error("{}", other_data(*found, *expected))]
    OtherData {
        /// Number of training samples now.
        found: u64,
        /// Number of training samples before.
        expected: u64,
    },

    /// An iterator ends before the batch at which the training was interrupted.
    #[error(
        "expected at least {} in epoch {epoch}, where the training was interrupted, found {found}",
        counted_batches(*expected)
    )]
    FewerBatches {
        /// The epoch, counted from 1.
        epoch: u64,
        /// Number of batches now.
        found: u64,
        /// Number of batches before the interruption.
        expected: u64,
    },
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The prefix of a message that names the epoch.
fn in_epoch(epoch: Option<u64>) -> String {
    epoch.map_or(String::new(), |epoch| format!("epoch {epoch}: "))
}

/// The message for a training that continues with other data. A training by `fit_batches` has no
/// number of samples.
fn other_data(found: u64, expected: u64) -> String {
    let samples = |count: u64| counted(count as usize, "training sample");
    match (expected, found) {
        (0, _) => format!(
            "expected batches of an iterator, as before the interruption, found a data set of {}; \
             continue with `fit_batches`",
            samples(found)
        ),
        (_, 0) => format!(
            "expected a data set of {}, as before the interruption, found batches of an iterator; \
             continue with `fit`",
            samples(expected)
        ),
        _ => format!("expected {}, as before the interruption, found {found}", samples(expected)),
    }
}

/// `1 batch`, `2 batches`.
fn counted_batches(count: u64) -> String {
    if count == 1 { "1 batch".to_owned() } else { format!("{count} batches") }
}

/// What to do about a divergence. An error in a parameter says so itself.
fn repair(cause: &crate::error::Error) -> &'static str {
    match cause {
        crate::error::Error::Parameter { .. } => "",
        _ => "; use a smaller learning rate, or limit the gradients with `clip_norm`",
    }
}

/// The suffix of a message that names the last valid checkpoint.
fn kept(checkpoint: &Option<PathBuf>) -> String {
    match checkpoint {
        Some(path) => format!("; the checkpoint `{}` is from before that step", path.display()),
        None => String::new(),
    }
}

/// The first values of a pass that are not finite.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum FirstNotFinite {
    /// In the forward pass.
    #[error("the outputs of `{0}` are the first values that are not finite")]
    Outputs(&'static str),
    /// In the backward pass.
    #[error("the gradients of the outputs of `{0}` are the first values that are not finite")]
    Gradient(&'static str),
}

impl From<RankError> for Error {
    fn from(cause: RankError) -> Error {
        Error::Ranks { cause }
    }
}

impl From<saving::Error> for Error {
    fn from(cause: saving::Error) -> Error {
        Error::Checkpoint { cause }
    }
}

/// Converts an error of a data set to the most specific variant. `indices` are the data set indices
/// of the samples.
pub(super) fn of_dataset(epoch: Option<u64>, cause: Failure, indices: &[usize]) -> Error {
    match cause.downcast::<crate::error::Error>() {
        Ok(cause) => Error::Samples { epoch, cause: placed(*cause, indices) },
        Err(cause) => Error::Dataset { epoch, cause },
    }
}

/// Maps an error of a batch to the data set indices of its samples. If they are unknown, the error
/// keeps the indices of the batch.
pub(super) fn placed(error: crate::error::Error, indices: &[usize]) -> crate::error::Error {
    error.map_sample(|sample| indices.get(sample).copied().unwrap_or(sample))
}

/// Whether a network returns this error because of its own values, not because of its input.
pub(super) fn is_divergence(error: &crate::error::Error) -> bool {
    use crate::error::Error::{Buffer, Gradient, Overflow, Parameter};
    matches!(error, Parameter { .. } | Gradient { .. } | Buffer { .. } | Overflow { .. })
}
