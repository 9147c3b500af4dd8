//! Errors of an export.

use core::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

/// A network cannot be exported.
///
/// `Debug` prints the message too, because a `main` that returns an error prints it so.
#[derive(ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A layer of which only its code says what it computes: one of your own.
    #[error(
        "`{name}: {layer}` cannot be exported: its operators in ONNX are not known; for a layer of \
         your own, say what it computes in its `OPERATION`, or declare it with `network!`"
    )]
    OwnLayer {
        /// The name of the layer.
        name: String,
        /// The layer as declared.
        layer: &'static str,
    },

    /// Probabilities of a loss that has none, such as a squared error.
    #[error("`{network}` has no probabilities: its loss is `{loss}`; export its scores")]
    NoProbabilities {
        /// The name of the network.
        network: &'static str,
        /// The loss as declared.
        loss: &'static str,
    },

    /// The file could not be written; the previous file is unchanged.
    #[error("`{}`: failed to write: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        cause: io::Error,
    },
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
