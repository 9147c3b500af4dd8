//! The arithmetic that time is spent in: matrix products, and what is done to
//! every number of a batch or of a network.

mod elements;
mod exponential;
mod gates;
mod gemm;
mod normal;
mod normalise;
mod simd;
mod threads;

pub(crate) use elements::{
    add_rows, are_finite, are_finite_times, brightnesses, descend, exponentials, rectify,
    rectify_where, sigmoids,
};
pub(crate) use gates::{gelu, gelu_back, silu, silu_back};
pub(crate) use gemm::dispatch::Kernels;
pub(crate) use gemm::epilogue::Step;
pub(crate) use gemm::matmul::can_descend;
pub(crate) use gemm::matrix::Matrix;
pub(crate) use gemm::prefetch::prefetch;
pub(crate) use gemm::select::is_small;
pub(crate) use normalise::{
    Moments, column_moments, normalise_columns, normalise_columns_back, normalise_rows,
    normalise_rows_back,
};
pub(crate) use threads::{in_pool, threads_for_pixels};

// The names by which other modules know these.
use gemm::epilogue as tile;
pub(crate) use gemm::matmul::{
    fits_block as is_in_one_go, matmul as product, matmul_descend as descend_along_product,
    matmul_relu as rectified_product, small_matmul as small_product,
};
use simd::processor;
pub(crate) use threads::fork_join as join;
