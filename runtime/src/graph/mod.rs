//! Computational graphs, and networks, that draw themselves.
//!
//! [`graph!`](crate::graph!) declares a function; what it makes draws itself with
//! its values as the figures of chapter 5 do: nodes as circles, values above the
//! arrows, derivatives below them. [`Drawing`] is the picture, as SVG, or in the
//! languages of Graphviz and Mermaid. [`NetworkDrawing`] does the same for the
//! layers of a declared network.

mod drawing;
mod layout;
mod network;
#[doc(hidden)]
pub mod nodes;
mod svg;
mod text;

pub use drawing::Drawing;
#[doc(hidden)]
pub use drawing::{Node, Value};
pub use network::NetworkDrawing;
