//! Errors in the folder that the user named.

use std::io;
use std::path::PathBuf;

/// A folder that does not contain MNIST. The error names the folder and suggests what to do.
///
/// The message of a variant already contains that of its cause, so `source` returns nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder cannot be listed.
    #[error("failed to read the folder `{}` (from {asked_by}): {cause}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Who named it: `--data` or `$MNIST_DIR`.
        asked_by: &'static str,
        /// The error of the operating system.
        cause: io::Error,
    },

    /// One of the four files is missing.
    #[error(
        "expected `{name}` or `{name}.gz` in the folder `{}` (from {asked_by}), with the other \
         three files of MNIST",
        folder.display()
    )]
    MissingFile {
        /// The folder.
        folder: PathBuf,
        /// Who named it: `--data` or `$MNIST_DIR`.
        asked_by: &'static str,
        /// The file name that MNIST uses.
        name: &'static str,
    },

    /// The images do not have the size of MNIST's.
    #[error("expected images of 28 × 28 = 784 pixels in `{}`, found {found} pixels", folder.display())]
    Pixels {
        /// The folder.
        folder: PathBuf,
        /// Number of pixels in each image.
        found: usize,
    },

    /// A label is not a digit.
    #[error(
        "expected a label from 0 to 9 for sample {sample} of the {part} set in `{}`, found {found}",
        folder.display()
    )]
    Label {
        /// The folder.
        folder: PathBuf,
        /// "training" or "test".
        part: &'static str,
        /// The first such sample, counted from 0.
        sample: usize,
        /// Its label.
        found: u8,
    },

    /// A set without samples.
    #[error("expected at least one sample in the {part} set in `{}`, found none", folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
        /// "training" or "test".
        part: &'static str,
    },

    /// A file is invalid.
    #[error(transparent)]
    Data(#[from] chainrule::data::Error),

    /// The shipped digits are damaged, which only a faulty build can cause.
    #[error("expected 64 numbers up to 16 and a digit in line {line} of the bundled digits")]
    Shipped {
        /// The line, counted from 1.
        line: usize,
    },
}
