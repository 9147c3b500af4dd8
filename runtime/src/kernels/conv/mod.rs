//! Convolutions of planes, with the layout and the options of PyTorch.
//!
//! The files, from the outermost to the innermost loop:
//!
//! | file | |
//! |---|---|
//! | `shape` | the shape of a convolution |
//! | `scratch` | its scratch memory |
//! | `forward`, `backward_input`, `backward_weights` | the entry points: check the slices, divide among threads |
//! | `parallel` | division of samples among threads |
//! | `affine` | kernels as large as the input |
//! | `dispatch` | the kernels of each instruction set and number type |
//! | `correlation` | the sums of a forward pass, or of an input gradient |
//! | `plan` | their division into blocks that fit the caches |
//! | `blocks` | the blocks of the inner dimension |
//! | `correlate` | computes them for some samples |
//! | `views` | the source, copied so that each row of a kernel meets adjacent numbers |
//! | `packed` | the weights, in the order in which they are read |
//! | `ahead` | requests the source of the next block |
//! | `gradient` | the gradient of the weights |
//! | `depthwise` | groups with few filters, plane by plane |
//! | `transpose` | a transposed matrix |
//! | `microkernel` | one tile of sums in registers |

mod affine;
mod ahead;
mod backward_input;
mod backward_weights;
mod blocks;
mod correlate;
mod correlation;
mod depthwise;
pub(super) mod dispatch;
mod forward;
mod gradient;
mod microkernel;
mod packed;
pub(super) mod parallel;
mod plan;
mod scratch;
mod shape;
#[cfg(test)]
mod tests;
mod transpose;
mod views;

pub(crate) use backward_input::backward_input;
pub(crate) use backward_weights::backward_weights;
pub(crate) use forward::{forward, forward_relu};
pub use shape::{Conv2dShape, Padding};
