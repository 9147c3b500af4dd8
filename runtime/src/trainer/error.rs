//! What can stop a training.

use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::data::Failure;
use crate::error::counted;
use crate::saving;

/// Why a training could not begin or go on.
///
/// The message of a variant already contains that of its cause, so there is no
/// `source` to print besides.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A setting that cannot be one.
    #[error("{cause}")]
    Setting {
        /// Which, and what it can be.
        cause: crate::error::Error,
    },

    /// Nothing to train on, or to validate with.
    #[error("there are no {purpose} samples: the data set has {samples}")]
    NoSamples {
        /// `training` or `validation`.
        purpose: &'static str,
        /// Samples of the data set that they are taken from.
        samples: usize,
    },

    /// Samples that the network cannot take. They are counted as in the data set, or,
    /// where batches come from an iterator, as in the batch.
    #[error("{}{cause}", in_epoch(*epoch))]
    Samples {
        /// The epoch, counted from 1, if there is a training.
        epoch: Option<u64>,
        /// What is wrong with which.
        cause: crate::error::Error,
    },

    /// Samples that the data set does not give.
    #[error("{}{cause}", in_epoch(*epoch))]
    Dataset {
        /// The epoch, counted from 1, if there is a training.
        epoch: Option<u64>,
        /// What it says.
        cause: Failure,
    },

    /// More or fewer samples than the data set was asked for.
    #[error(
        "{}the data set gives {} where it was asked for {expected}",
        in_epoch(*epoch),
        counted(*found, "sample")
    )]
    Gathered {
        /// The epoch, counted from 1, if there is a training.
        epoch: Option<u64>,
        /// Samples that it gave.
        found: usize,
        /// Samples that it was asked for.
        expected: usize,
    },

    /// Numbers that are not finite. The last network is as it was before the step whose
    /// gradient could not be had, and no checkpoint was written since the parameters
    /// went wrong.
    ///
    /// With [`keep_best`](super::Trainer::keep_best) or
    /// [`early_stopping`](super::Trainer::early_stopping),
    /// [`network`](super::Trainer::network) is the best one, if an epoch was over. To go
    /// on from it, begin another training with `into_network()` and a smaller learning
    /// rate; [`resume`](super::Trainer::resume) goes on from the checkpoint.
    #[error(
        "the training diverged in epoch {epoch} after {steps} steps: {}{cause}{}",
        first.as_ref().map_or(String::new(), |first| format!("{first}; ")),
        kept(checkpoint),
    )]
    Diverged {
        /// The epoch, counted from 1.
        epoch: u64,
        /// How many steps were taken before.
        steps: u64,
        /// Where the first such numbers are on the way through the network.
        first: Option<FirstNotFinite>,
        /// What was seen of it.
        cause: Box<crate::error::Error>,
        /// The last checkpoint, if there are any, from before that.
        checkpoint: Option<PathBuf>,
    },

    /// A checkpoint that is not written or not read.
    #[error("{cause}")]
    Checkpoint {
        /// What is wrong.
        cause: saving::Error,
    },

    /// Other data than the training was begun with.
    #[error("the training was begun with {expected} samples, but goes on with {found}")]
    OtherData {
        /// Samples to train on.
        found: u64,
        /// As many as there were.
        expected: u64,
    },

    /// An iterator that ends before the batch at which the training was interrupted.
    #[error(
        "epoch {epoch} ends after {found} batches, but the training was interrupted after {expected}"
    )]
    FewerBatches {
        /// The epoch, counted from 1.
        epoch: u64,
        /// Batches that there are.
        found: u64,
        /// Batches that there were.
        expected: u64,
    },
}

/// When something went wrong.
fn in_epoch(epoch: Option<u64>) -> String {
    epoch.map_or(String::new(), |epoch| format!("in epoch {epoch}: "))
}

/// Where the last good state is.
fn kept(checkpoint: &Option<PathBuf>) -> String {
    match checkpoint {
        Some(path) => format!("; the checkpoint `{}` is from before that", path.display()),
        None => String::new(),
    }
}

/// The first numbers of a pass that are not finite.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum FirstNotFinite {
    /// On the way forward.
    #[error("the outputs of `{0}` are the first that are not finite")]
    Outputs(&'static str),
    /// On the way back.
    #[error("the gradient of the outputs of `{0}` is the first that is not finite")]
    Gradient(&'static str),
}

impl From<saving::Error> for Error {
    fn from(cause: saving::Error) -> Error {
        Error::Checkpoint { cause }
    }
}

/// The error of a data set, in the words that fit it best: that of samples which
/// stand at `indices` of the set.
pub(super) fn of_dataset(epoch: Option<u64>, cause: Failure, indices: &[usize]) -> Error {
    match cause.downcast::<crate::error::Error>() {
        Ok(cause) => Error::Samples { epoch, cause: placed(*cause, indices) },
        Err(cause) => Error::Dataset { epoch, cause },
    }
}

/// An error of a batch whose samples stand at `indices` of a data set. Where that is
/// not known it stays that of the batch.
pub(super) fn placed(error: crate::error::Error, indices: &[usize]) -> crate::error::Error {
    error.map_sample(|sample| indices.get(sample).copied().unwrap_or(sample))
}

/// Whether a network gives this error because of its numbers, and not for those
/// that it was given.
pub(super) fn is_divergence(error: &crate::error::Error) -> bool {
    use crate::error::Error::{Gradient, Overflow, Parameter};
    matches!(error, Parameter { .. } | Gradient { .. } | Overflow { .. })
}
