//! Errors in data sets.

use core::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::error::counted;

/// A data set that cannot be read or used. The error gives the value, its position and what was
/// expected.
///
/// The message of a variant already contains that of its cause, so `source` returns nothing.
///
/// `Debug` prints the message too, because a `main` that returns an error prints it so.
#[derive(ThisError)]
#[non_exhaustive]
pub enum Error {
    /// An error in the file at `path`.
    #[error("`{}`: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error.
        cause: Box<Error>,
    },

    /// Two files that do not match.
    #[error("`{}` and `{}`: {cause}", images.display(), labels.display())]
    Files {
        /// The file of the images.
        images: PathBuf,
        /// The file of the labels.
        labels: PathBuf,
        /// The mismatch.
        cause: Box<Error>,
    },

    /// A file cannot be opened.
    #[error("failed to open the file: {cause}")]
    Open {
        /// The error of the operating system.
        cause: io::Error,
    },

    /// Reading failed before the end, or the gzip stream is damaged.
    #[error("failed to read after {had} bytes (unpacked): {cause}")]
    Read {
        /// Number of bytes read before the error, after decompression.
        had: u64,
        /// The error of the operating system or the decompressor.
        cause: io::Error,
    },

    /// The first four bytes are not those of an IDX file.
    #[error(
        "expected an IDX file, plain or gzip-compressed, which starts with {expected:#010x}, \
         found {found:#010x}"
    )]
    BadMagic {
        /// The first four bytes, big-endian.
        found: u32,
        /// The expected bytes.
        expected: u32,
    },

    /// The elements of an IDX file are not unsigned bytes.
    #[error("expected IDX elements of type 0x08 (unsigned bytes), found {found:#04x}")]
    ElementType {
        /// The type code, the third byte of the file.
        found: u8,
    },

    /// An IDX file with the wrong number of dimensions.
    #[error(
        "expected an IDX file of {}, found {}{}",
        dimensions(*expected),
        dimensions(*found),
        if let 1 | 3 = found { "; the two files may be swapped" } else { "" }
    )]
    Dimensions {
        /// The number of dimensions, the fourth byte of the file.
        found: u8,
        /// The expected number of dimensions.
        expected: u8,
    },

    /// The file ends early.
    #[error("expected {expected} bytes (unpacked), found {had}; the file is incomplete")]
    Truncated {
        /// Number of bytes in the file, after decompression, including the header.
        had: u64,
        /// Number of bytes according to the header, or the size of the header itself.
        expected: u64,
    },

    /// The file continues after the last element.
    #[error("expected the end after {expected} bytes (unpacked), found more")]
    TrailingBytes {
        /// Number of bytes according to the header, including the header.
        expected: u64,
    },

    /// A gzip file continues after its last compressed part. Zeros there are padding.
    #[error("expected the end of the file after the gzip data, found bytes that are not gzip")]
    AfterGzip,

    /// The header announces more than [`idx::MAX_BYTES`](super::idx::MAX_BYTES).
    #[error("expected at most {limit} elements, found a header that announces {shape:?}")]
    TooLarge {
        /// The dimensions in the header.
        shape: Vec<u32>,
        /// The limit in bytes.
        limit: u64,
    },

    /// The number of labels differs from the number of images.
    #[error(
        "expected one label for each image, found {} and {}",
        counted(*images, "image"),
        counted(*labels, "label")
    )]
    Counts {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },

    /// An index beyond the end of the set.
    #[error(
        "sample index {index} is out of range for a data set of {}",
        counted(*len, "sample")
    )]
    OutOfRange {
        /// The requested sample.
        index: usize,
        /// Number of samples in the set.
        len: usize,
    },

    /// The shape of the feature array does not match the batch.
    #[error("expected a feature array of shape {expected:?} (samples × pixels), found {found:?}")]
    FeatureShape {
        /// Samples × pixels of the array.
        found: [usize; 2],
        /// Samples × pixels of the batch.
        expected: [usize; 2],
    },

    /// The feature array is not contiguous, or not in row-major order.
    #[error(
        "expected a row-major feature array, found another memory layout; create it with \
         `Array2::zeros`"
    )]
    FeatureLayout,

    /// The length of the label slice does not match the batch.
    #[error(
        "expected a slice of {}, one for each sample of the batch, found {found}",
        counted(*expected, "label")
    )]
    LabelCount {
        /// Length of the slice.
        found: usize,
        /// Number of samples in the batch.
        expected: usize,
    },

    /// The set is empty, so no batch can be drawn.
    #[error("expected at least one sample to draw batches from, found an empty data set")]
    EmptySet,

    /// A batch size of 0.
    #[error("invalid batch size: expected at least 1, found 0")]
    EmptyBatch,

    /// Not enough memory for the indices of the samples.
    #[error(
        "not enough memory for the indices of {}; draw smaller batches",
        counted(*indices, "sample")
    )]
    Memory {
        /// Number of indices that could not be allocated.
        indices: usize,
    },

    /// A split with a fraction that is not one.
    #[error("expected a fraction above 0 and at most 1 for part {part}, found {value:?}")]
    Fraction {
        /// The part.
        part: usize,
        /// The fraction given.
        value: f64,
    },

    /// The fractions of a split do not sum to 1.
    #[error("expected fractions that sum to 1, found {fractions:?}, whose sum is {sum:?}")]
    FractionSum {
        /// The fractions given.
        fractions: Vec<f64>,
        /// Their sum.
        sum: f64,
    },

    /// There are too few samples for a part of a split.
    #[error(
        "expected at least {} in part {part} of the split, found {found}; use more samples or \
         a larger fraction",
        counted(*expected, "sample")
    )]
    SmallPart {
        /// The part.
        part: usize,
        /// The required number: 1, or the number of classes of a stratified split.
        expected: usize,
        /// The number of samples of the part.
        found: usize,
    },

    /// There are too few samples of a class for a stratified split.
    #[error(
        "expected at least {} with the label {label}, one for each part, found {found}",
        counted(*expected, "sample")
    )]
    RareClass {
        /// The label of the class.
        label: i128,
        /// The number of parts.
        expected: usize,
        /// The number of samples of the class.
        found: usize,
    },

    /// A label beyond the last class.
    #[error("expected a label below {classes} for sample {sample}, found {label}")]
    Label {
        /// The sample.
        sample: usize,
        /// Its label.
        label: i128,
        /// The number of classes.
        classes: usize,
    },

    /// The name of a class that is not known.
    #[error(
        "expected one of the class names {}, found `{name}` for sample {sample}",
        listed(known)
    )]
    UnknownClass {
        /// The sample.
        sample: usize,
        /// Its class.
        name: String,
        /// The known classes.
        known: Vec<String>,
    },
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The first names of a list: "`a`, `b`, …".
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut listed: Vec<_> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        listed.push("…".to_owned());
    }
    listed.join(", ")
}

/// The dimensions of an IDX file, with the content that has as many.
fn dimensions(count: u8) -> String {
    let dimensions = counted(count.into(), "dimension").to_string();
    match count {
        1 => format!("{dimensions} (labels)"),
        3 => format!("{dimensions} (images)"),
        _ => dimensions,
    }
}
