//! Code shared by examples and tests: sources of handwritten digits, a network written by hand, and
//! drawings of curves.

pub mod curves;
pub mod expanded;
pub mod mnist;
