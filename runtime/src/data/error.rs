//! What can be wrong with a data set.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::error::counted;

/// A data set that cannot be read or used, told with the value, its place and
/// what was expected.
///
/// The message of a variant already contains that of its cause, so there is no
/// `source` to print besides.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// Something is wrong with the file at `path`.
    #[error("`{}`: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: Box<Error>,
    },

    /// Two files that do not belong together.
    #[error("`{}` and `{}`: {cause}", images.display(), labels.display())]
    Files {
        /// The file of the images.
        images: PathBuf,
        /// The file of the labels.
        labels: PathBuf,
        /// What is wrong with the two.
        cause: Box<Error>,
    },

    /// A file cannot be opened.
    #[error("cannot be opened: {cause}")]
    Open {
        /// What the operating system says.
        cause: io::Error,
    },

    /// Reading failed half-way, or the gzip stream is damaged.
    #[error("reading failed after {had} (unpacked) bytes: {cause}")]
    Read {
        /// Bytes read before, counted after unpacking.
        had: u64,
        /// What the operating system or the decompressor says.
        cause: io::Error,
    },

    /// The first four bytes are not those of an IDX file.
    #[error(
        "is not an IDX file: it starts with {found:#010x}, expected {expected:#010x} \
         (an unpacked or gzip-compressed file is needed)"
    )]
    BadMagic {
        /// The first four bytes, big-endian.
        found: u32,
        /// What they should be.
        expected: u32,
    },

    /// An IDX file of something else than unsigned bytes.
    #[error("has IDX element type {found:#04x}, expected 0x08 (unsigned bytes)")]
    ElementType {
        /// The type code, the third byte of the file.
        found: u8,
    },

    /// An IDX file with the wrong number of dimensions.
    #[error(
        "has {found} for its number of dimensions, expected {expected} (images have 3, \
         labels 1{})",
        if let 1 | 3 = found { ": are the two files swapped?" } else { "" }
    )]
    Dimensions {
        /// The number of dimensions, the fourth byte of the file.
        found: u8,
        /// How many there should be.
        expected: u8,
    },

    /// The file ends early.
    #[error("is cut short: it has {had} of {expected} (unpacked) bytes; fetch it again")]
    Truncated {
        /// Bytes that are there, counted after unpacking, header included.
        had: u64,
        /// Bytes that the header promises, or those of the header itself.
        expected: u64,
    },

    /// The file goes on after the last element.
    #[error("goes on after the {expected} (unpacked) bytes that its header promises")]
    TrailingBytes {
        /// Bytes that the header promises, itself included.
        expected: u64,
    },

    /// The header promises more than [`idx::MAX_BYTES`](super::idx::MAX_BYTES).
    #[error("promises {shape:?} elements of one byte, more than the {limit} that are read")]
    TooLarge {
        /// The dimensions in the header.
        shape: Vec<u32>,
        /// The most bytes that are read.
        limit: u64,
    },

    /// Every image needs a label.
    #[error(
        "there are {} and {}, expected as many of each",
        counted(*images, "image"),
        counted(*labels, "label")
    )]
    Counts {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },

    /// A sample that the set does not have.
    #[error("sample {index} was asked for, but the set has {len} (the first is 0)")]
    OutOfRange {
        /// The sample asked for.
        index: usize,
        /// Number of samples in the set.
        len: usize,
    },

    /// The array for the features does not fit the batch.
    #[error(
        "the features of this batch are {expected:?} (samples × pixels), but the array \
         for them is {found:?}"
    )]
    FeatureShape {
        /// Samples × pixels of the array.
        found: [usize; 2],
        /// Samples × pixels of the batch.
        expected: [usize; 2],
    },

    /// The array for the features has gaps, or is not in row-major order.
    #[error("the array for the features must be row-major: make it with `Array2::zeros`")]
    FeatureLayout,

    /// The slice for the labels does not fit the batch.
    #[error(
        "the batch has {}, but there is room for {}",
        counted(*expected, "sample"),
        counted(*found, "label")
    )]
    LabelCount {
        /// Length of the slice.
        found: usize,
        /// Samples in the batch.
        expected: usize,
    },

    /// No batch can be drawn from nothing.
    #[error("the set is empty: a batch needs at least one sample to draw from")]
    EmptySet,

    /// A batch size of 0.
    #[error("the batch size is 0: it must be at least 1")]
    EmptyBatch,

    /// More samples than there is memory for.
    #[error("there is no memory for the indices of {indices} samples: draw fewer")]
    Memory {
        /// The indices that could not be allocated.
        indices: usize,
    },
}
