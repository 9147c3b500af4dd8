//! What can be wrong with data given at run time.

use thiserror::Error as ThisError;

/// Bad data, told with the value, its place and what was expected.
#[derive(Clone, Debug, PartialEq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A batch without samples.
    #[error("the batch is empty: at least one sample is needed")]
    EmptyBatch,
}
