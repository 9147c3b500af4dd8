//! Optimizers, one per file.
//!
//! In the formulas, `W` are the parameters, `g = ∂L/∂W` their gradients, and `η` is the learning
//! rate. All operations except sums over tensors are elementwise.

#[cfg(feature = "std")]
mod ada_grad;
#[cfg(feature = "std")]
mod adam;
#[cfg(feature = "std")]
mod adam_w;
mod clip;
mod hyper;
#[cfg(feature = "std")]
mod layer_rates;
#[cfg(feature = "std")]
mod momentum;
#[cfg(feature = "std")]
mod nesterov;
mod optimizer;
#[cfg(feature = "std")]
mod rms_prop;
pub mod schedule;
mod sgd;

#[cfg(feature = "std")]
pub use ada_grad::AdaGrad;
#[cfg(feature = "std")]
pub use adam::Adam;
#[cfg(feature = "std")]
pub use adam_w::AdamW;
pub use clip::{clip_norm, clip_values};
#[cfg(feature = "std")]
pub(crate) use hyper::checked;
#[cfg(feature = "std")]
pub use layer_rates::LayerRates;
#[cfg(feature = "std")]
pub use momentum::Momentum;
#[cfg(feature = "std")]
pub use nesterov::Nesterov;
pub use optimizer::{LearningRate, Optimizer};
#[cfg(feature = "std")]
pub use rms_prop::RmsProp;
pub use sgd::Sgd;
