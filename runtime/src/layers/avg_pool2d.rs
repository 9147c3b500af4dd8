use core::marker::PhantomData;

use super::layer::Layer;
use super::operation::Operation;
use super::window::{Window, pool_shape};
use crate::kernels::pool::{average_pool, average_pool_back};
use crate::kernels::scalar::Scalar;
use crate::params::tensor::{Numbers, TensorInfo, Tensors};
use crate::rng::Rng;

/// Average pooling: the mean of each window of a channel. Places outside of the image count as 0, as
/// in PyTorch by default.
///
/// ```text
/// forward:   y[c, i, j] = Σ x[c, s·i + u - p, s·j + v - p] / (KH · KW)
/// backward:  dx += dy / (KH · KW) at each place of the window
/// ```
///
/// The sizes are in the type `W`, which `network!` declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvgPool2d<W>(PhantomData<W>);

impl<W> AvgPool2d<W> {
    /// The layer; it has no parameters.
    pub const NEW: AvgPool2d<W> = AvgPool2d(PhantomData);
}

// SAFETY: a zero-sized type has no padding, and no bytes that have to be valid.
unsafe impl<W, T: Scalar> Numbers<T> for AvgPool2d<W> {}

#[diagnostic::do_not_recommend]
impl<W, T: Scalar> Tensors<T> for AvgPool2d<W> {
    const TENSORS: &'static [TensorInfo] = &[];
}

#[diagnostic::do_not_recommend]
impl<W: Window, T: Scalar> Layer<T> for AvgPool2d<W> {
    const INPUTS: usize = const { pool_shape::<W>().input_len() };
    const OUTPUTS: usize = const { pool_shape::<W>().output_len() };
    const OPERATION: Operation = Operation::AvgPoolLayer(W::SHAPE);

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        let shape = const { pool_shape::<W>() };
        average_pool(&shape, input.len() / shape.input_len(), input, output);
    }

    fn backward(
        &self,
        _input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        if let Some(dinput) = dinput {
            let shape = const { pool_shape::<W>() };
            average_pool_back(&shape, dinput.len() / shape.input_len(), dout, dinput);
        }
    }
}

/// Average pooling of signals, `channels × length`: images of height 1.
pub type AvgPool1d<W> = AvgPool2d<W>;
