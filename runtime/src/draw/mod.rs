//! Drawings of computational graphs and of networks, as SVG or in the languages of
//! Graphviz and Mermaid. The feature `draw` compiles this module.
//!
//! `layout` orders nodes in columns and `rows` breaks wide drawings into rows;
//! `canvas` writes SVG elements and `text` formats numbers and names.

mod canvas;
mod graph;
mod graph_svg;
mod graph_text;
mod layout;
mod network;
mod network_svg;
mod rows;
mod text;

pub use graph::{Drawing, Node, Value};
pub use network::NetworkDrawing;
