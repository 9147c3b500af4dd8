//! What the page computes, for any target.

pub mod drawing;
pub mod image;
pub mod network;
pub mod sets;
pub mod shopping;
pub mod training;

// The examples do not compile for a browser; this file of theirs does.
#[path = "../../../examples/src/mnist/digits.rs"]
mod digits;
mod error;

pub use error::Error;

/// The files with the two declarations, as the page shows them.
pub const NETWORK_SOURCE: &str = include_str!("network.rs");
/// As [`NETWORK_SOURCE`], of the graph.
pub const SHOPPING_SOURCE: &str = include_str!("shopping.rs");
