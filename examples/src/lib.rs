//! What the examples and the tests share: where handwritten digits come from,
//! a network written by hand, and pictures of curves.

pub mod curves;
pub mod expanded;
pub mod mnist;
