//! The number types that a network can be made of.

/// Has a generic kernel compiled in this crate for both scalar types, `T`.
///
/// Users compile generic functions themselves, slowly in a debug build. A
/// kernel that is `#[inline(never)]` and was compiled here is used as it is:
/// as fast as the profile makes this crate.
macro_rules! compiled_here {
    ($kernel:ty = $value:expr) => {
        #[allow(clippy::type_complexity, reason = "the types of kernels are what they are")]
        const _: () = {
            type T = f32;
            #[used]
            static KERNEL: $kernel = $value;
        };
        #[allow(clippy::type_complexity, reason = "as above")]
        const _: () = {
            type T = f64;
            #[used]
            static KERNEL: $kernel = $value;
        };
    };
}

pub(crate) use compiled_here;

use std::fmt::{Debug, Display};
use std::iter::Sum;

use num_traits::{Float, NumAssign};

use crate::kernels::Kernels;

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
