//! Errors in files of parameters.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

use crate::error::counted;
use crate::network::signature::Signature;

/// A file of parameters cannot be written, or does not match the network.
///
/// The message of a variant already contains that of its cause, so `source` returns nothing.
#[derive(Debug, ThisError)]
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

    /// Opening or reading failed.
    #[error("cannot be read: {cause}")]
    Read {
        /// The error of the operating system.
        cause: io::Error,
    },

    /// Writing failed; the previous file is unchanged.
    #[error("cannot be written: {cause}")]
    Write {
        /// The error of the operating system.
        cause: io::Error,
    },

    /// The first eight bytes announce a header that exceeds the limit of the format.
    #[error(
        "is not a safetensors file: its header would have {length} bytes, 100,000,000 is the most"
    )]
    HeaderLength {
        /// The announced length.
        length: u64,
    },

    /// A header that is not valid `safetensors`.
    #[error("is not a safetensors file: {problem} at byte {at} of the header")]
    Header {
        /// The problem.
        problem: &'static str,
        /// Its position, counted from 0.
        at: usize,
    },

    /// A tensor with an invalid position.
    #[error("is damaged: `{tensor}` {problem}")]
    Place {
        /// The tensor.
        tensor: String,
        /// The problem.
        problem: &'static str,
    },

    /// The file ends early.
    #[error("is cut short: {} where {expected} should be", counted(*found as usize, "byte"))]
    Truncated {
        /// Announced bytes of the part in which the file ends.
        expected: u64,
        /// Bytes of that part in the file.
        found: u64,
    },

    /// The file continues after the numbers.
    #[error("goes on after the {expected} bytes of its numbers")]
    Longer {
        /// Number of bytes that the header announces.
        expected: u64,
    },

    /// The parameters of a different network.
    #[error("does not hold the parameters of {network}:{}", listed(differences))]
    Differences {
        /// The network's name.
        network: &'static str,
        /// All differences.
        differences: Vec<Difference>,
    },

    /// The checkpoint of a different training.
    #[error("is not a checkpoint of this training:{}", listed(differences))]
    State {
        /// All differences.
        differences: Vec<Difference>,
    },

    /// The file is not a checkpoint, or of a different version of this library.
    #[error(
        "is not a checkpoint of this version: its metadata says {found:?}, expected {expected:?}"
    )]
    Version {
        /// The version in the file; empty if it contains only parameters.
        found: String,
        /// The supported version.
        expected: &'static str,
    },

    /// A name that a saver is to replace and is not one of the network's, or that two tensors would
    /// have.
    #[error(
        "cannot be written: the name {name:?} {problem}\n\
         help: `Saver::renamed` takes a name of the network first, and a new one for it"
    )]
    Renamed {
        /// The name.
        name: String,
        /// The problem.
        problem: &'static str,
    },

    /// A metadata key that belongs to this crate.
    #[error(
        "cannot be written: the metadata key {key:?} is reserved\n\
         help: choose a key that does not begin with `chainrule.`"
    )]
    ReservedKey {
        /// The key.
        key: String,
    },

    /// The numbers differ from those that were written.
    #[error("is damaged: the checksum of what it holds is {found}, but it says {expected:?}")]
    Checksum {
        /// The checksum of the contents.
        found: String,
        /// The checksum in the file.
        expected: String,
    },
}

impl Error {
    /// Adds the path of the file to the error.
    pub(super) fn of(self, path: &Path) -> Error {
        Error::File { path: path.to_owned(), cause: Box::new(self) }
    }
}

/// One item per line.
fn listed(differences: &[Difference]) -> String {
    differences.iter().map(|difference| format!("\n  {difference}")).collect()
}

/// A difference between a file and the network.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// A tensor of the network that is not in the file.
    Missing {
        /// Its name.
        tensor: String,
        /// Its shape in files of this layout.
        shape: Vec<usize>,
    },
    /// A tensor of the file that the network does not have.
    Unknown {
        /// Its name.
        tensor: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A tensor whose shape differs.
    Shape {
        /// Its name.
        tensor: String,
        /// Its expected shape in the file.
        expected: Vec<usize>,
        /// Its shape in the file.
        found: Vec<usize>,
    },
    /// Tensors with the same names and shapes, but different kinds of layers or links between them.
    Signature {
        /// The signature of the network.
        expected: Signature,
        /// The signature in the file.
        found: String,
    },
    /// A name that the loader is to replace, but that is not the name of a tensor of the network.
    Name {
        /// The name.
        ours: String,
    },
    /// A number that is missing in the checkpoint or cannot be parsed.
    Number {
        /// Its name.
        name: String,
        /// Its text in the file.
        found: Option<String>,
    },
    /// A setting of the checkpoint that differs.
    Setting {
        /// Its name.
        name: String,
        /// Its text in the file.
        found: Option<String>,
        /// Its value in this program.
        expected: String,
    },
    /// A tensor whose type cannot be converted to the network's without loss.
    Dtype {
        /// Its name.
        tensor: String,
        /// Its type in the file, such as `F64`.
        found: String,
        /// The network's scalar type, such as `f32`.
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
