//! What the page computes, for any target.

pub mod digits;
pub mod drawing;
pub mod image;
pub mod network;
pub mod shopping;
pub mod training;

mod error;

pub use error::Error;

/// The files with the two declarations, as the page shows them.
pub const NETWORK_SOURCE: &str = include_str!("network.rs");
/// As [`NETWORK_SOURCE`], of the graph.
pub const SHOPPING_SOURCE: &str = include_str!("shopping.rs");
