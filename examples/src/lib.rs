//! Code shared by examples and tests: sources of handwritten digits, a cart with a pole, a network
//! written by hand, drawings of curves, and pictures of tiles.

pub mod cart_pole;
pub mod curves;
pub mod expanded;
pub mod mnist;
pub mod tiles;
