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
mod small;
mod threads;
mod tile;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use elements::{
    add_rows, are_finite, are_finite_times, brightnesses, descend, exponentials, rectify,
    rectify_where, sigmoids,
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
pub(crate) use small::{is_small, small_product};
pub(crate) use threads::{in_pool, join, threads_for_pixels};
pub(crate) use tile::Step;
