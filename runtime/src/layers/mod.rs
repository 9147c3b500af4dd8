//! The layers of a network, with their forward and backward passes, and the nodes of a
//! computational graph.
//!
//! Dimensions in the formulas: `B` samples in the batch, `I` inputs and `O` outputs per sample. All
//! matrices are row-major, with one sample per row.

mod activation;
mod affine;
mod attention;
mod avg_pool2d;
mod batch_norm;
mod batch_norm2d;
pub(crate) mod block;
mod conv1d;
mod conv2d;
mod conv_transpose2d;
mod convolution;
mod cross_attention;
mod dropout;
mod dropout2d;
mod elu;
mod embedding;
pub(crate) mod fusion;
mod gelu;
mod global_avg_pool;
mod group_norm;
mod gru;
mod hard_tanh;
mod image_layer_norm;
mod last;
mod layer;
mod layer_norm;
mod leaky_relu;
mod linear;
mod lstm;
mod max;
mod max_pool2d;
mod mean;
mod mish;
#[cfg(feature = "std")]
mod node;
pub(crate) mod observer;
mod operation;
mod padded;
mod positions;
mod relu;
mod reverse;
mod rnn;
pub(crate) mod shape;
mod sigmoid;
mod silu;
mod sinusoidal_positions;
mod softplus;
mod standardise;
mod step_layer;
mod tanh;
mod upsample;
mod window;

pub use activation::{Activation, Sloped};
pub use affine::Affine;
pub use attention::{Attention, CausalAttention};
pub use avg_pool2d::{AvgPool1d, AvgPool2d};
pub use batch_norm::BatchNorm;
pub use batch_norm2d::BatchNorm2d;
pub use conv_transpose2d::ConvTranspose2d;
pub use conv1d::Conv1d;
pub use conv2d::Conv2d;
pub use cross_attention::{CrossAttention, PaddedAttention, PaddedCrossAttention};
pub use dropout::Dropout;
pub use dropout2d::Dropout2d;
pub use elu::Elu;
pub use embedding::Embedding;
pub use gelu::Gelu;
pub use global_avg_pool::GlobalAvgPool;
pub use group_norm::GroupNorm;
pub use gru::Gru;
pub use hard_tanh::HardTanh;
pub use image_layer_norm::ImageLayerNorm;
pub use last::Last;
pub use layer::Layer;
pub use layer_norm::LayerNorm;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use lstm::Lstm;
pub use max::Max;
pub use max_pool2d::{MaxPool1d, MaxPool2d};
pub use mean::Mean;
pub use mish::Mish;
#[cfg(feature = "std")]
pub use node::{Add, Mul, Operand};
pub use operation::{Graph, LayerInfo, Operation, Sequence};
pub use padded::{PaddedLast, PaddedMax, PaddedMean, PaddedReverse};
pub use positions::Positions;
pub use relu::Relu;
pub use reverse::Reverse;
pub use rnn::Rnn;
pub use shape::Shape;
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use sinusoidal_positions::SinusoidalPositions;
pub use softplus::Softplus;
pub use standardise::Standardise;
pub use step_layer::StepLayer;
pub use tanh::Tanh;
pub use upsample::Upsample;
pub use window::Window;

pub use crate::kernels::conv::{Conv2dShape, Padding};
