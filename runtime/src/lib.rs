//! Neural networks declared in one line, differentiated at compile time.

pub mod data;
mod error;
mod rng;

pub use error::Error;
pub use rng::Rng;
