//! Convolutions with few filters in each group, plane by plane: a depthwise convolution has one filter
//! and one channel in each group.
//!
//! A plane of the source is copied once, a band of rows at a time, with zeros around it. With a stride,
//! the columns that have the same remainder are adjacent in the copy: a *column phase*. Each tap of the
//! kernel then meets adjacent numbers for a row of the grid. A tile has several rows of one register; a
//! number that was loaded is used for all rows of the tile that meet it, by a *strip* of taps in one
//! column of the kernel.
//!
//! If the grid has very few rows, the registers of a tile are adjacent in a row instead.
//!
//! The files, from the outermost to the innermost loop:
//!
//! | file | |
//! |---|---|
//! | `pass` | a forward pass, or a gradient of the input |
//! | `weights` | the gradients of weights and bias |
//! | `planes` | what the kernels of each instruction set compute |
//! | `axis` | the directions of a pass |
//! | `plan` | the copy of a plane, and its division into bands |
//! | `copy` | copies rows |
//! | `kernel` | where weights are, and what they meet |
//! | `tiles` | the division of a grid into tiles of registers |
//! | `store` | stores the sums of a tile |
//! | `products` | the products of a tile |

mod axis;
mod copy;
mod kernel;
mod pass;
mod plan;
mod planes;
mod products;
mod store;
mod tiles;
mod weights;

pub(super) use axis::Pass;
pub(super) use kernel::{has_few_filters, is_depthwise};
pub(super) use pass::{Depthwise, depthwise};
pub(super) use plan::{Plan, REGISTERS, depthwise_scratch_len, gradient_scratch_len};
pub(super) use planes::Planes;
pub(super) use products::Products;
pub(super) use weights::few_filters;
