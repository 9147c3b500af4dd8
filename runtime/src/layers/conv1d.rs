use core::marker::PhantomData;

use super::convolution;
use super::fusion::{FusedRelu, InGroups};
use super::layer::Layer;
use super::operation::Operation;
use super::window::Window;
use crate::kernels::conv::Conv2dShape;
use crate::kernels::scalar::Scalar;
use crate::params::const_table::TensorTable;
use crate::params::init::Init;
use crate::params::tensor::{Numbers, TensorInfo, Tensors};
use crate::rng::Rng;

/// A convolution of signals, with `F` filters of `C × K`. It is a cross-correlation, as in PyTorch:
///
/// ```text
/// forward:   y[f, i] = b[f] + Σ w[f, c, u] · x[c, s·i + d·u - p]
/// backward:  db[f] = Σ dy[f, i]
///            dw[f, c, u] = Σ dy[f, i] · x[c, s·i + d·u - p]
///            dx = the same sums of dy · w over all places that read x
/// ```
///
/// `s` is the stride, `d` the dilation and `p` the padding; `x` is 0 outside of the signal. The
/// samples of a batch are `channels × length`. `C` is the number of channels that a filter reads,
/// `channels / groups`. Weights have the layout of PyTorch. The other sizes are in the type `W`, which
/// `network!` declares: those of an image of height 1. `B` is the number of biases: `F`, or 0 for
/// `Conv1d(8, 3, bias = false)`, which has no tensor `bias`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Conv1d<const F: usize, const C: usize, const K: usize, W, T = f32, const B: usize = F> {
    /// The filters, `F × C × K`.
    pub weight: [[[T; K]; C]; F],
    /// A summand for each filter, or none.
    pub bias: [T; B],
    window: PhantomData<W>,
}

// SAFETY: the struct is `repr(C)`, and consists of arrays of `T` and a zero-sized type that needs
// no alignment.
unsafe impl<const F: usize, const C: usize, const K: usize, W, T: Scalar, const B: usize> Numbers<T>
    for Conv1d<F, C, K, W, T, B>
{
}

impl<const F: usize, const C: usize, const K: usize, W, T: Scalar, const B: usize>
    Conv1d<F, C, K, W, T, B>
{
    const TABLE: &'static TensorTable = &convolution::table::<T>(
        (core::mem::offset_of!(Self, weight), <[[[T; K]; C]; F] as Tensors<T>>::TENSORS),
        (core::mem::offset_of!(Self, bias), <[T; B] as Tensors<T>>::TENSORS),
    );
}

#[diagnostic::do_not_recommend]
impl<const F: usize, const C: usize, const K: usize, W, T: Scalar, const B: usize> Tensors<T>
    for Conv1d<F, C, K, W, T, B>
{
    const TENSORS: &'static [TensorInfo] = Self::TABLE.as_slice();
}

impl<const F: usize, const C: usize, const K: usize, W: Window, T: Scalar, const B: usize>
    Conv1d<F, C, K, W, T, B>
{
    /// The sizes, which have to be those of the weights.
    const SHAPE: Conv2dShape = {
        let shape = W::SHAPE;
        assert!(shape.is_valid(), "a convolution whose kernel or groups do not fit its input");
        assert!(shape.filters == F && shape.channels / shape.groups == C);
        assert!(shape.kernel.0 == 1 && shape.kernel.1 == K);
        assert!(B == F || B == 0, "a bias for some filters only");
        shape
    };

    fn filters(&self) -> &[T] {
        self.weight.as_flattened().as_flattened()
    }

    fn correlate(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        convolution::forward(&Self::SHAPE, input, (self.filters(), &self.bias), output, scratch);
    }
}

#[diagnostic::do_not_recommend]
impl<const F: usize, const C: usize, const K: usize, W: Window, T: Scalar, const B: usize> Layer<T>
    for Conv1d<F, C, K, W, T, B>
{
    const INPUTS: usize = Self::SHAPE.input_len();
    const OUTPUTS: usize = Self::SHAPE.output_len();
    const OPERATION: Operation = Operation::ConvLayer(Self::SHAPE);
    const FLOPS: usize = Self::SHAPE.flops();
    const SCRATCH: usize = convolution::scratch_len(&Self::SHAPE);
    const INFERENCE_SCRATCH: usize = Self::SCRATCH;

    /// A filter sums `C × K` products, which count as its inputs.
    fn init(&mut self, init: Init, rng: &mut Rng) {
        let weights = self.weight.as_flattened_mut().as_flattened_mut();
        init.draw(weights, C * K, rng);
        self.bias.fill(T::zero());
    }

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.correlate(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        self.correlate(input, output, scratch);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        self.backward_group(input, saved, dout, (grads, false), dinput);
    }
}

impl<const F: usize, const C: usize, const K: usize, W: Window, T: Scalar, const B: usize>
    FusedRelu<T> for Conv1d<F, C, K, W, T, B>
{
    fn infer_relu(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        let tensors = (self.filters(), &self.bias[..]);
        convolution::forward_relu(&Self::SHAPE, input, tensors, output, scratch);
    }
}

impl<const F: usize, const C: usize, const K: usize, W: Window, T: Scalar, const B: usize>
    InGroups<T> for Conv1d<F, C, K, W, T, B>
{
    const GROUP: usize = convolution::group(&Self::SHAPE);

    fn backward_group(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        (grads, adds): (&mut Self, bool),
        dinput: Option<&mut [T]>,
    ) {
        let dweight = grads.weight.as_flattened_mut().as_flattened_mut();
        let (values, grads) = ((input, self.filters()), (dweight, &mut grads.bias[..], adds));
        convolution::backward(&Self::SHAPE, values, dout, grads, dinput, saved);
    }
}
