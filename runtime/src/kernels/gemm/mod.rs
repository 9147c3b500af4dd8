//! Matrix products: `C = A·B + bias`, with an epilogue.
//!
//! The files, from the outermost to the innermost loop:
//!
//! | file | |
//! |---|---|
//! | `matmul` | the entry points: checks the shapes, divides among threads |
//! | `operands` | the checked operands of a product |
//! | `matrix` | a borrowed matrix with strides |
//! | `parallel` | division of the rows or columns of `C` among threads |
//! | `select` | which kernel computes a product: the decision table |
//! | `machine` | register and cache sizes, and the tile sizes that follow |
//! | `dispatch` | the kernels of each instruction set and number type |
//! | `execute` | runs the kernel that was selected |
//! | `macrokernel` | the loops around the microkernel |
//! | `blocking` | blocks of `B` that fit the first-level cache |
//! | `pack` | such a block, copied so that its rows are contiguous |
//! | `tiles` | tiles of decreasing height over the rows of a block |
//! | `microkernel` | one tile of `C` in registers |
//! | `split` | rows of `C` that fit one register, with four accumulators each |
//! | `gemv` | a single row of `C` |
//! | `dot` | the last columns of `C` as dot products |
//! | `narrow` | the last columns of `C` as rows of `Cᵀ` |
//! | `small` | a single row times a matrix whose sizes are constants |
//! | `epilogue` | what happens to a sum before it is stored |
//! | `prefetch` | data requested ahead of time |

mod blocking;
pub(super) mod dispatch;
mod dot;
pub(super) mod epilogue;
mod execute;
mod gemv;
mod machine;
mod macrokernel;
pub(super) mod matmul;
pub(super) mod matrix;
mod microkernel;
mod narrow;
mod operands;
mod pack;
mod parallel;
pub(super) mod prefetch;
pub(super) mod select;
mod small;
mod split;
#[cfg(test)]
mod tests;
mod tiles;
