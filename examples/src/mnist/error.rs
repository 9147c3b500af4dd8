//! What can be wrong with the folder that was asked for.

use std::io;
use std::path::PathBuf;

/// A folder that does not hold MNIST, told with the folder and what to do.
///
/// The message of a variant already contains that of its cause, so there is no
/// `source` to print besides.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder cannot be listed.
    #[error("the folder `{}` ({asked_by}) cannot be read: {cause}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Who named it: `--data` or `$MNIST_DIR`.
        asked_by: &'static str,
        /// What the operating system says.
        cause: io::Error,
    },

    /// One of the four files is not there.
    #[error(
        "the folder `{}` ({asked_by}) has no `{name}`, packed (.gz) or not; \
         all four files of MNIST are needed",
        folder.display()
    )]
    MissingFile {
        /// The folder.
        folder: PathBuf,
        /// Who named it: `--data` or `$MNIST_DIR`.
        asked_by: &'static str,
        /// The file, as MNIST calls it.
        name: &'static str,
    },

    /// The images are not those of MNIST, or of a set made to replace it.
    #[error("the images in `{}` have {found} pixels, expected 28 × 28 = 784", folder.display())]
    Pixels {
        /// The folder.
        folder: PathBuf,
        /// Number of pixels in each image.
        found: usize,
    },

    /// A label is not a digit.
    #[error(
        "sample {sample} of the {part} set in `{}` is labelled {found}, expected 0 to 9",
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
    #[error("the {part} set in `{}` has no samples", folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
        /// "training" or "test".
        part: &'static str,
    },

    /// A file is not what its name says.
    #[error(transparent)]
    Data(#[from] chainrule::data::Error),

    /// The shipped digits are damaged, which only a wrong build can bring about.
    #[error("line {line} of the shipped digits is not 64 numbers to 16 and a digit")]
    Shipped {
        /// The line, counted from 1.
        line: usize,
    },
}
