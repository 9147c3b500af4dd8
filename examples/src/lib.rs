//! What the examples and the tests share: where handwritten digits come from,
//! and a network written by hand.

pub mod expanded;
pub mod mnist;
