//! The layers of a network, forward beside backward, and the nodes of a
//! computational graph.
//!
//! Dimensions in the formulas: `B` samples in the batch, `I` inputs and `O`
//! outputs per sample. All matrices lie row by row, one sample a row.

mod affine;
mod node;
mod relu;
mod sigmoid;

pub use affine::Affine;
pub use node::{Add, Mul, Operand};
pub use relu::Relu;
pub use sigmoid::Sigmoid;

use crate::scalar::Scalar;
use crate::tensor::{Numbers, TensorInfo};

/// A layer with parameters. Its fields are its tensors; its gradients are a
/// value of the same type.
pub trait Layer<T: Scalar>: Numbers<T> {
    /// Features that come in, per sample.
    const INPUTS: usize;
    /// Features that go out, per sample.
    const OUTPUTS: usize;
    /// The tensors of the layer, in the order of its fields.
    const TENSORS: &'static [TensorInfo];
    /// Floating-point operations of `forward` per sample, 2 for a
    /// multiply-add. The gradient of the parameters and that of the inputs
    /// cost as much again each.
    const FLOPS: usize;

    /// Computes `output` (`B × O`) from `input` (`B × I`).
    fn forward(&self, input: &[T], output: &mut [T]);

    /// From the `input` that `forward` had (`B × I`) and the derivative of the
    /// loss with respect to its output, `dout` (`B × O`), computes the
    /// derivatives with respect to the parameters, which replace what is in
    /// `grads`, and, where somebody reads them, those with respect to the
    /// input (`B × I`), which replace what is in `dinput`.
    fn backward(&self, input: &[T], dout: &[T], grads: &mut Self, dinput: Option<&mut [T]>);
}

/// A function of each number by itself, without parameters, whose derivative
/// can be told from its output. It works in place.
pub trait Activation<T: Scalar> {
    /// Replaces each value `x` by `f(x)`.
    fn forward(&self, values: &mut [T]);

    /// Replaces each `∂L/∂y` in `dout` by `∂L/∂x`, given `output`, the `y = f(x)`
    /// of `forward`.
    fn backward(&self, output: &[T], dout: &mut [T]);
}
