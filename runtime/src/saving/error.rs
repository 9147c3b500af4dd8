//! Errors in files of parameters.

use core::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

use crate::error::counted;
use crate::network::signature::Signature;

/// A file of parameters cannot be written, or does not match the network.
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

    /// Opening or reading failed.
    #[error("failed to read: {cause}")]
    Read {
        /// The error of the operating system.
        cause: io::Error,
    },

    /// Writing failed; the previous file is unchanged.
    #[error("failed to write: {cause}")]
    Write {
        /// The error of the operating system.
        cause: io::Error,
    },

    /// The first bytes are those of another file format.
    #[error("expected a safetensors file, found {found}; {help}")]
    OtherFormat {
        /// The format, such as `a zip archive`.
        found: &'static str,
        /// How to get a safetensors file from it.
        help: &'static str,
    },

    /// The first eight bytes announce a header that exceeds the limit of the format.
    #[error(
        "expected a safetensors file, whose header has at most 100,000,000 bytes, found a header \
         of {length} bytes"
    )]
    HeaderLength {
        /// The announced length.
        length: u64,
    },

    /// A header that is not valid `safetensors`.
    #[error("invalid safetensors header: {problem} at byte {at}")]
    Header {
        /// The problem.
        problem: &'static str,
        /// Its position, counted from 0.
        at: usize,
    },

    /// A tensor with an invalid position.
    #[error("damaged file: `{tensor}` {problem}")]
    Place {
        /// The tensor.
        tensor: String,
        /// The problem.
        problem: &'static str,
    },

    /// The file ends early.
    #[error(
        "incomplete file: expected {} where it ends, found {found}",
        counted(*expected as usize, "byte")
    )]
    Truncated {
        /// Announced bytes of the part in which the file ends.
        expected: u64,
        /// Bytes of that part in the file.
        found: u64,
    },

    /// The file continues after the numbers.
    #[error("expected the end of the file after {expected} bytes of tensors, found more")]
    Longer {
        /// Number of bytes that the header announces.
        expected: u64,
    },

    /// The parameters of a different network.
    #[error("the file does not match `{network}`:{}", listed(differences))]
    Differences {
        /// The network's name.
        network: &'static str,
        /// All differences.
        differences: Vec<Difference>,
    },

    /// The checkpoint of a different training.
    #[error("the checkpoint does not match this training:{}", listed(differences))]
    State {
        /// All differences.
        differences: Vec<Difference>,
    },

    /// The file is not a checkpoint, or of a different version of this library.
    #[error("{}", other_version(found, expected))]
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
    #[error("damaged file: expected the checksum {expected:?}, found {found:?}")]
    Checksum {
        /// The checksum of the contents.
        found: String,
        /// The checksum in the file.
        expected: String,
    },
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    /// Adds the path of the file to the error.
    pub(super) fn of(self, path: &Path) -> Error {
        Error::File { path: path.to_owned(), cause: Box::new(self) }
    }
}

/// The message for a file that is not a checkpoint of version `expected`.
fn other_version(found: &str, expected: &str) -> String {
    match found {
        "" => "expected a checkpoint, found a file without the state of a training; \
               load parameters with `saving::load`"
            .to_owned(),
        _ => format!("expected a checkpoint of version {expected}, found version {found:?}"),
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
    /// A part of the checkpoint that was written by another type, such as another optimizer.
    Kind {
        /// The part, such as `optimizer`.
        name: String,
        /// The type that wrote it.
        found: String,
        /// The type in this program.
        expected: String,
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
                write!(f, "missing tensor `{tensor}` of shape {shape:?}")
            }
            Difference::Unknown { tensor, shape } => {
                write!(f, "unknown tensor {tensor:?} of shape {shape:?}")
            }
            Difference::Shape { tensor, expected, found } => {
                write!(f, "`{tensor}`: expected shape {expected:?}, found {found:?}")?;
                match found.iter().eq(expected.iter().rev()) {
                    true => f.write_str(", transposed; the file may have the other `Layout`"),
                    false => Ok(()),
                }
            }
            Difference::Signature { expected, found } => write!(
                f,
                "expected the signature {expected}, found {found:?}: the layers or their \
                 connections differ; `Loader::fitting` ignores that"
            ),
            Difference::Name { ours } => {
                write!(f, "renamed tensor {ours:?} is not part of the network")
            }
            Difference::Kind { name, found, expected } => {
                let what = if name.is_empty() { "state" } else { name };
                write!(f, "expected the {what} `{expected}`, found that of `{found}`")
            }
            Difference::Setting { name, found: None, .. } => {
                write!(f, "missing setting {name:?}")
            }
            Difference::Setting { name, found: Some(found), expected } => {
                write!(f, "setting {name:?}: expected {expected}, found {found}")
            }
            Difference::Number { name, found: None } => write!(f, "missing number {name:?}"),
            Difference::Number { name, found: Some(found) } => {
                write!(f, "{name:?}: expected a number, found {found:?}")
            }
            Difference::Dtype { tensor, found, scalar } => {
                write!(f, "`{tensor}`: expected numbers that fit into {scalar}, found {found:?}")
            }
        }
    }
}
