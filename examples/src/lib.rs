//! Code shared by examples and tests: sources of handwritten digits, a cart with a pole, a network
//! written by hand, drawings of curves, pictures of tiles, and lines of translated texts.

pub mod cart_pole;
pub mod curves;
pub mod expanded;
pub mod mnist;
pub mod tiles;
pub mod translation;
