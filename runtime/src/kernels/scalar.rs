//! The number types that a network can be made of.

use std::fmt::{Debug, Display};
use std::iter::Sum;

use num_traits::{Float, NumAssign};

use super::gemm::dispatch::Kernels;

/// A floating-point number: `f32` or `f64`.
///
/// The arithmetic, `exp`, `ln`, `tanh` and so on come from
/// [`num_traits::Float`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is none of the number types of chainrule, which are `f32` and `f64`",
    label = "expected `f32` or `f64`",
    note = "a number is written with a point, `1.0`"
)]
pub trait Scalar:
    Float + NumAssign + Sum + Default + Debug + Display + Send + Sync + Kernels + 'static
{
    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;

    /// The same number as `f64`, exactly.
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
