//! What the examples and the tests share: where handwritten digits come from.

pub mod mnist;
