//! Neural networks declared in one line, differentiated at compile time.

mod check;
pub mod data;
mod error;
mod gradient_check;
mod init;
mod input;
mod kernels;
pub mod layers;
pub mod losses;
mod network;
mod optimizer;
mod rng;
mod scalar;
mod summary;
mod tensor;
mod workspace;

pub use error::Error;
pub use gradient_check::{GradientCheck, TensorDifference};
pub use init::Init;
pub use input::{Input, Label, Target};
pub use network::{LayerInfo, Network};
pub use optimizer::{Optimizer, Sgd};
pub use rng::Rng;
pub use scalar::Scalar;
pub use tensor::{Kind, Numbers, TensorInfo};
pub use workspace::Workspace;

#[doc = "docs later"]
#[macro_export]
macro_rules! network {
    // `$crate` names this crate however the user has renamed it.
    ($($tokens:tt)*) => { $crate::__private::network! { [$crate] $($tokens)* } };
}

/// What the expansion of `network!` calls. Not for use by hand: it changes
/// without notice.
#[doc(hidden)]
pub mod __private {
    pub use std::boxed::Box;

    pub use chainrule_macros::network;
    pub use ndarray::{Array2, ArrayView2, ArrayViewMut2};

    pub use crate::check::{check_link, check_size, largest, tensors};
    pub use crate::gradient_check::{gradient_check, numerical_gradient};
    pub use crate::network::{
        accuracy_in, boxed_clone, gradient_in, gradient_of, initialised, loss_in, predict,
        predict_in,
    };
    pub use crate::summary::summary;
    pub use crate::workspace::slots;

    /// Stands where a declaration with mistakes has no code.
    pub fn mistake() -> ! {
        unreachable!("a network with mistakes does not compile")
    }
}
