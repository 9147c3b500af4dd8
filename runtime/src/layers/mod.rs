//! The layers of a network, with their forward and backward passes, and the nodes of a
//! computational graph.
//!
//! Dimensions in the formulas: `B` samples in the batch, `I` inputs and `O` outputs per sample. All
//! matrices are row-major, with one sample per row.

mod activation;
mod affine;
mod avg_pool2d;
mod batch_norm;
pub(crate) mod block;
mod conv2d;
mod dropout;
mod elu;
pub(crate) mod fusion;
mod gelu;
mod hard_tanh;
mod layer;
mod layer_norm;
mod leaky_relu;
mod linear;
mod max_pool2d;
mod mish;
mod node;
pub(crate) mod observer;
mod relu;
mod shape;
mod sigmoid;
mod silu;
mod softplus;
mod standardise;
mod tanh;
mod window;

pub use activation::{Activation, Sloped};
pub use affine::Affine;
pub use avg_pool2d::AvgPool2d;
pub use batch_norm::BatchNorm;
pub use conv2d::Conv2d;
pub use dropout::Dropout;
pub use elu::Elu;
pub use gelu::Gelu;
pub use hard_tanh::HardTanh;
pub use layer::Layer;
pub use layer_norm::LayerNorm;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use max_pool2d::MaxPool2d;
pub use mish::Mish;
pub use node::{Add, Mul, Operand};
pub use relu::Relu;
pub use shape::Shape;
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use softplus::Softplus;
pub use standardise::Standardise;
pub use tanh::Tanh;
pub use window::Window;

pub use crate::kernels::conv::{Conv2dShape, Padding};
