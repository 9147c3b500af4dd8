//! The scalar types of a network.

use core::fmt::{Debug, Display};
use core::iter::Sum;

use num_traits::{Float, NumAssign};

use super::conv::dispatch::ConvKernels;
use super::gemm::dispatch::Kernels;
use super::pool::dispatch::PoolKernels;

/// A floating-point number: `f32` or `f64`.
///
/// Arithmetic, `exp`, `ln`, `tanh` and other functions come from [`num_traits::Float`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scalar type of chainrule",
    label = "expected `f32` or `f64`",
    note = "write numbers with a decimal point, for example `1.0`"
)]
pub trait Scalar:
    Float
    + NumAssign
    + Sum
    + Default
    + Debug
    + Display
    + Send
    + Sync
    + Kernels
    + ConvKernels
    + PoolKernels
    + 'static
{
    /// Rounds to the nearest number of this type.
    fn from_f64(value: f64) -> Self;

    /// Converts to `f64`, which is exact.
    fn as_f64(self) -> f64;
}

impl Scalar for f32 {
    fn from_f64(value: f64) -> f32 {
        value as f32
    }

    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Scalar for f64 {
    fn from_f64(value: f64) -> f64 {
        value
    }

    fn as_f64(self) -> f64 {
        self
    }
}
