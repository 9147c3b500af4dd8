//! The performance-critical arithmetic: matrix products, and elementwise operations on batches and
//! networks.

mod conv;
mod elements;
mod exponential;
mod gates;
mod gemm;
mod instantiate;
mod normal;
mod normalise;
mod pool;
pub(crate) mod scalar;
pub(crate) mod simd;
mod slopes;
mod sums;
mod threads;

pub(crate) use elements::{
    are_finite, are_finite_times, descend, exponentials, rectify, rectify_where, sigmoids,
    vectorised,
};
pub(crate) use gates::{gelu, gelu_back, silu, silu_back};
pub(crate) use gemm::epilogue::Step;
pub(crate) use gemm::matmul::{
    can_descend, fits_block, matmul, matmul_descend, matmul_relu, small_matmul,
};
pub(crate) use gemm::matrix::Matrix;
pub(crate) use gemm::prefetch::prefetch;
pub(crate) use gemm::select::is_small;
pub(crate) use instantiate::compiled_here;
pub(crate) use normalise::{
    Moments, column_moments, normalise_columns, normalise_columns_back, normalise_rows,
    normalise_rows_back,
};
pub(crate) use slopes::{elu_slopes, sigmoids_with_slopes, tanh_slopes};
pub(crate) use sums::{add_rows, sum, sum_of, sum_of_squares};
pub(crate) use threads::{fork_join, in_pool, threads_for_pixels};
