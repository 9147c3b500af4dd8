//! The layers of a network, with their forward and backward passes, and the nodes of a
//! computational graph.
//!
//! Dimensions in the formulas: `B` samples in the batch, `I` inputs and `O` outputs per sample. All
//! matrices are row-major, with one sample per row.

mod activation;
mod affine;
mod avg_pool2d;
mod batch_norm;
mod batch_norm2d;
mod conv1d;
mod conv2d;
mod conv_transpose2d;
mod convolution;
mod dropout;
mod dropout2d;
mod elu;
pub(crate) mod fusion;
mod gelu;
mod global_avg_pool;
mod group_norm;
mod hard_tanh;
mod image_layer_norm;
mod layer;
mod layer_norm;
mod leaky_relu;
mod linear;
mod max_pool2d;
mod mish;
mod node;
pub(crate) mod observer;
mod relu;
mod sigmoid;
mod silu;
mod softplus;
mod standardise;
mod tanh;
mod upsample;
mod window;

pub use activation::{Activation, Sloped};
pub use affine::Affine;
pub use avg_pool2d::{AvgPool1d, AvgPool2d};
pub use batch_norm::BatchNorm;
pub use batch_norm2d::BatchNorm2d;
pub use conv_transpose2d::ConvTranspose2d;
pub use conv1d::Conv1d;
pub use conv2d::Conv2d;
pub use dropout::Dropout;
pub use dropout2d::Dropout2d;
pub use elu::Elu;
pub use gelu::Gelu;
pub use global_avg_pool::GlobalAvgPool;
pub use group_norm::GroupNorm;
pub use hard_tanh::HardTanh;
pub use image_layer_norm::ImageLayerNorm;
pub use layer::Layer;
pub use layer_norm::LayerNorm;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use max_pool2d::{MaxPool1d, MaxPool2d};
pub use mish::Mish;
pub use node::{Add, Mul, Operand};
pub use relu::Relu;
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use softplus::Softplus;
pub use standardise::Standardise;
pub use tanh::Tanh;
pub use upsample::Upsample;
pub use window::Window;

pub use crate::kernels::conv::{Conv2dShape, Padding};
