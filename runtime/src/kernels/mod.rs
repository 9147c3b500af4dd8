//! The performance-critical arithmetic: matrix products, and elementwise operations on batches and
//! networks.

pub(crate) mod conv;
mod elementwise;
mod exponential;
mod gelu_silu;
mod gemm;
mod instantiate;
mod normal;
mod normalise;
mod normalise_planes;
mod planes;
pub(crate) mod pool;
pub(crate) mod scalar;
pub(crate) mod sequence;
pub(crate) mod simd;
mod slopes;
mod sums;
mod tangent;
mod threads;

pub(crate) use elementwise::{
    are_finite, are_finite_times, blend, descend, exponentials, hyperbolic_tangents, relu,
    relu_where, sigmoids, vectorised,
};
pub(crate) use gelu_silu::{gelu, gelu_back, silu, silu_back};
pub(crate) use gemm::epilogue::Step;
pub(crate) use gemm::matmul::{
    can_descend, fits_block, matmul, matmul_descend, matmul_part, matmul_relu, small_matmul,
};
pub(crate) use gemm::matrix::Matrix;
#[cfg(feature = "std")]
pub(crate) use gemm::prefetch::prefetch;
pub(crate) use gemm::select::is_small;
pub(crate) use instantiate::instantiate;
#[cfg(feature = "onnx")]
pub(crate) use normalise::EPSILON as NORMALISATION_EPSILON;
pub(crate) use normalise::{
    Moments, column_deviations, column_moments, normalise_columns, normalise_columns_back,
    normalise_rows, normalise_rows_back, standardise_columns, standardise_columns_back,
};
pub(crate) use normalise_planes::{
    PlaneGradients, normalise_groups, normalise_groups_back, normalise_planes,
    normalise_planes_back, plane_moments,
};
pub(crate) use planes::{Enlargement, add_to_planes, enlarge, enlarge_back, sum_planes};
pub(crate) use slopes::{elu_slopes, sigmoids_with_slopes, tanh_slopes};
pub(crate) use sums::{add_rows, sum, sum_of, sum_of_squares};
pub(crate) use threads::in_pool;
#[cfg(feature = "std")]
pub(crate) use threads::{fork_join, threads_for_pixels};
