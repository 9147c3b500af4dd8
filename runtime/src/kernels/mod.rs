//! The arithmetic that time is spent in: matrix products, and what is done to
//! every number of a batch or of a network.

mod cut;
mod dots;
mod elements;
mod exponential;
mod gates;
#[cfg(target_arch = "aarch64")]
mod neon;
mod normal;
mod normalise;
mod out;
mod panel;
mod prefetch;
mod processor;
mod product;
mod slopes;
mod small;
mod sums;
mod threads;
mod tile;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use elements::{
    are_finite, are_finite_times, brightnesses, descend, exponentials, rectify, rectify_where,
    sigmoids,
};
pub(crate) use gates::{gelu, gelu_back, silu, silu_back};
pub(crate) use normalise::{
    Moments, column_moments, normalise_columns, normalise_columns_back, normalise_rows,
    normalise_rows_back,
};
pub(crate) use prefetch::prefetch;
pub(crate) use product::{
    Kernels, Matrix, can_descend, descend_along_product, is_in_one_go, product, rectified_product,
};
pub(crate) use slopes::{elu_slopes, sigmoids_with_slopes, tanh_slopes};
pub(crate) use small::{is_small, small_product};
pub(crate) use sums::{add_rows, sum, sum_of, sum_of_squares};
pub(crate) use threads::{in_pool, join, threads_for_pixels};
pub(crate) use tile::Step;
