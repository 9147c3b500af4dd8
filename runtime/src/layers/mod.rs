//! The layers of a network, with their forward and backward passes, and the nodes of a
//! computational graph.
//!
//! Dimensions in the formulas: `B` samples in the batch, `I` inputs and `O` outputs per sample. All
//! matrices are row-major, with one sample per row.

mod activation;
mod affine;
mod batch_norm;
mod dropout;
mod elu;
pub(crate) mod fusion;
mod gelu;
mod hard_tanh;
mod layer;
mod layer_norm;
mod leaky_relu;
mod linear;
mod mish;
mod node;
pub(crate) mod observer;
mod relu;
mod sigmoid;
mod silu;
mod softplus;
mod standardise;
mod tanh;

pub use activation::{Activation, Sloped};
pub use affine::Affine;
pub use batch_norm::BatchNorm;
pub use dropout::Dropout;
pub use elu::Elu;
pub use gelu::Gelu;
pub use hard_tanh::HardTanh;
pub use layer::Layer;
pub use layer_norm::LayerNorm;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use mish::Mish;
pub use node::{Add, Mul, Operand};
pub use relu::Relu;
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use softplus::Softplus;
pub use standardise::Standardise;
pub use tanh::Tanh;
