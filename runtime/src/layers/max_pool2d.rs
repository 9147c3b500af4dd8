use core::marker::PhantomData;

use super::fusion::FusedReluBack;
use super::layer::Layer;
use super::operation::Operation;
use super::window::{Window, pool_shape};
use crate::kernels::pool::{max_pool, max_pool_back, max_pool_relu_back};
use crate::kernels::scalar::Scalar;
use crate::params::tensor::{Numbers, TensorInfo, Tensors};
use crate::rng::Rng;

/// Max pooling (section 7.3 of the book): the maximum of each window of a channel.
///
/// ```text
/// forward:   y[c, i, j] = max x[c, s·i + u - p, s·j + v - p]
/// backward:  dx += dy at the place of each maximum, the first of equal ones
/// ```
///
/// Places outside of the image do not take part. A window with a NaN yields NaN. The sizes are in the
/// type `W`, which `network!` declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxPool2d<W>(PhantomData<W>);

impl<W> MaxPool2d<W> {
    /// The layer; it has no parameters.
    pub const NEW: MaxPool2d<W> = MaxPool2d(PhantomData);
}

// SAFETY: a zero-sized type has no padding, and no bytes that have to be valid.
unsafe impl<W, T: Scalar> Numbers<T> for MaxPool2d<W> {}

#[diagnostic::do_not_recommend]
impl<W, T: Scalar> Tensors<T> for MaxPool2d<W> {
    const TENSORS: &'static [TensorInfo] = &[];
}

#[diagnostic::do_not_recommend]
impl<W: Window, T: Scalar> Layer<T> for MaxPool2d<W> {
    const INPUTS: usize = const { pool_shape::<W>().input_len() };
    const OUTPUTS: usize = const { pool_shape::<W>().output_len() };
    const OPERATION: Operation = Operation::MaxPoolLayer(W::SHAPE);

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        let shape = const { pool_shape::<W>() };
        max_pool(&shape, input.len() / shape.input_len(), input, output);
    }

    fn backward(
        &self,
        input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        if let Some(dinput) = dinput {
            let shape = const { pool_shape::<W>() };
            max_pool_back(&shape, input.len() / shape.input_len(), input, dout, dinput);
        }
    }
}

/// Max pooling of sequences, `channels × length`: images of height 1.
pub type MaxPool1d<W> = MaxPool2d<W>;

impl<W: Window, T: Scalar> FusedReluBack<T> for MaxPool2d<W> {
    fn backward_relu(
        &self,
        input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: &mut [T],
    ) {
        let shape = const { pool_shape::<W>() };
        max_pool_relu_back(&shape, input.len() / shape.input_len(), input, dout, dinput);
    }
}
