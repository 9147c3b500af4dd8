//! What can be wrong with a file of parameters.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

use crate::error::counted;
use crate::network::signature::Signature;

/// A file of parameters that cannot be written, or that is not one of the
/// network's.
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

    /// Opening or reading failed.
    #[error("cannot be read: {cause}")]
    Read {
        /// What the operating system says.
        cause: io::Error,
    },

    /// Writing failed; what was there before still is.
    #[error("cannot be written: {cause}")]
    Write {
        /// What the operating system says.
        cause: io::Error,
    },

    /// The first eight bytes announce a header longer than the format allows.
    #[error(
        "is not a safetensors file: its header would have {length} bytes, 100,000,000 is the most"
    )]
    HeaderLength {
        /// What they announce.
        length: u64,
    },

    /// A header that is not one of `safetensors`.
    #[error("is not a safetensors file: {problem} at byte {at} of the header")]
    Header {
        /// What is wrong.
        problem: &'static str,
        /// Where, counted from 0.
        at: usize,
    },

    /// A tensor whose place cannot be right.
    #[error("is damaged: `{tensor}` {problem}")]
    Place {
        /// The tensor.
        tensor: String,
        /// What is wrong.
        problem: &'static str,
    },

    /// An end before its time.
    #[error("is cut short: {} where {expected} should be", counted(*found as usize, "byte"))]
    Truncated {
        /// Bytes that the file announces, of the part that it ends in.
        expected: u64,
        /// Bytes that there are.
        found: u64,
    },

    /// More after the numbers.
    #[error("goes on after the {expected} bytes of its numbers")]
    Longer {
        /// Bytes that the header announces.
        expected: u64,
    },

    /// A file of another network.
    #[error("does not hold the parameters of {network}:{}", listed(differences))]
    Differences {
        /// The network's name.
        network: &'static str,
        /// All of them.
        differences: Vec<Difference>,
    },

    /// A checkpoint of something else.
    #[error("is not a checkpoint of this training:{}", listed(differences))]
    State {
        /// All in which it differs.
        differences: Vec<Difference>,
    },

    /// A file that is no checkpoint, or one of another version of this library.
    #[error(
        "is not a checkpoint of this version: its metadata says {found:?}, expected {expected:?}"
    )]
    Version {
        /// What it says, nothing if it holds only parameters.
        found: String,
        /// What it should say.
        expected: &'static str,
    },

    /// Numbers that are not those that were written.
    #[error("is damaged: the checksum of what it holds is {found}, but it says {expected:?}")]
    Checksum {
        /// The sum of what is there.
        found: String,
        /// The sum that was written.
        expected: String,
    },
}

impl Error {
    /// The error as that of the file at `path`.
    pub(super) fn of(self, path: &Path) -> Error {
        Error::File { path: path.to_owned(), cause: Box::new(self) }
    }
}

/// One item a line.
fn listed(differences: &[Difference]) -> String {
    differences.iter().map(|difference| format!("\n  {difference}")).collect()
}

/// In what a file differs from the network that is to take its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// A tensor of the network that is not in the file.
    Missing {
        /// Its name.
        tensor: String,
        /// The shape that it would have in the file.
        shape: Vec<usize>,
    },
    /// A tensor of the file that the network does not have.
    Unknown {
        /// Its name.
        tensor: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A tensor of another shape.
    Shape {
        /// Its name.
        tensor: String,
        /// The shape that it would have in the file.
        expected: Vec<usize>,
        /// The shape that it has there.
        found: Vec<usize>,
    },
    /// Tensors of the same names and shapes, but layers of other kinds or other
    /// links between them.
    Signature {
        /// The signature of the network.
        expected: Signature,
        /// That in the file.
        found: String,
    },
    /// A name for which the loader has another, but the network has no tensor.
    Name {
        /// The name.
        ours: String,
    },
    /// A number of a checkpoint that is missing or cannot be read.
    Number {
        /// Its name.
        name: String,
        /// What stands there.
        found: Option<String>,
    },
    /// A setting of a checkpoint that is another one.
    Setting {
        /// Its name.
        name: String,
        /// What stands there.
        found: Option<String>,
        /// What it is here.
        expected: String,
    },
    /// A tensor of a type that does not fit into the network's.
    Dtype {
        /// Its name.
        tensor: String,
        /// The type that it has in the file, `F64`.
        found: String,
        /// The network's scalar type, `f32`.
        scalar: &'static str,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Missing { tensor, shape } => {
                write!(f, "`{tensor}` {shape:?} is missing")
            }
            Difference::Unknown { tensor, shape } => {
                write!(f, "{tensor:?} {shape:?} is not a tensor of the network")
            }
            Difference::Shape { tensor, expected, found } => {
                write!(f, "`{tensor}` is {found:?}, expected {expected:?}")?;
                match found.iter().eq(expected.iter().rev()) {
                    true => f.write_str(" (turned round: is the file in the other `Layout`?)"),
                    false => Ok(()),
                }
            }
            Difference::Signature { expected, found } => write!(
                f,
                "the signature is {found:?}, expected {expected}: other kinds of layers, or other \
                 links (`Loader::fitting` takes what fits all the same)"
            ),
            Difference::Name { ours } => {
                write!(f, "{ours:?} was given another name, but is none of the network's")
            }
            Difference::Setting { name, found, expected } => {
                let found = found.as_deref().unwrap_or("missing");
                write!(f, "the setting {name:?} is {found}, expected {expected}")
            }
            Difference::Number { name, found: None } => write!(f, "the number {name:?} is missing"),
            Difference::Number { name, found: Some(found) } => {
                write!(f, "the number {name:?} is {found:?}")
            }
            Difference::Dtype { tensor, found, scalar } => {
                write!(f, "`{tensor}` is of type {found:?}, which does not fit into {scalar}")
            }
        }
    }
}
