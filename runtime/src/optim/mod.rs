//! Optimizers, one per file.
//!
//! In the formulas, `W` are the parameters, `g = ∂L/∂W` their gradients, and `η` is the learning
//! rate. All operations except sums over tensors are elementwise.

mod ada_grad;
mod adam;
mod adam_w;
mod clip;
mod hyper;
mod layer_rates;
mod momentum;
mod nesterov;
mod optimizer;
mod rms_prop;
pub mod schedule;
mod sgd;

pub use ada_grad::AdaGrad;
pub use adam::Adam;
pub use adam_w::AdamW;
pub use clip::{clip_norm, clip_values};
pub(crate) use hyper::checked;
pub use layer_rates::LayerRates;
pub use momentum::Momentum;
pub use nesterov::Nesterov;
pub use optimizer::{LearningRate, Optimizer};
pub use rms_prop::RmsProp;
pub use sgd::Sgd;
