use core::marker::PhantomData;

use super::convolution;
use super::layer::Layer;
use super::operation::Operation;
use super::window::Window;
use crate::kernels::conv::{self, Conv2dShape};
use crate::kernels::scalar::Scalar;
use crate::kernels::{add_to_planes, sum_planes};
use crate::params::const_table::TensorTable;
use crate::params::init::Init;
use crate::params::tensor::{Numbers, TensorInfo, Tensors};
use crate::rng::Rng;

/// A transposed convolution, whose forward pass is the input gradient of a [`Conv2d`](super::Conv2d) and
/// whose input gradient is its forward pass. It enlarges an image by its stride, as in PyTorch:
///
/// ```text
/// forward:   y[f, s·i + d·u - p, s·j + d·v - p] += w[c, f, u, v] · x[c, i, j], from y = b[f]
/// backward:  db[f] = Σ dy[f, k, l]
///            dw[c, f, u, v] = Σ x[c, i, j] · dy[f, s·i + d·u - p, s·j + d·v - p]
///            dx[c, i, j] = Σ w[c, f, u, v] · dy[f, s·i + d·u - p, s·j + d·v - p]
/// ```
///
/// `s` is the stride, `d` the dilation and `p` the padding, by which the output is smaller on each side.
/// The samples of a batch are `channels × height × width`. `C` is the number of channels, and `G` the
/// number of filters of a group, `filters / groups`. Weights have the layout of PyTorch. The other sizes
/// are in the type `W`, which `network!` declares: those of the convolution that leads back, from the
/// output to the input. `B` is the number of biases: one for each filter, or 0 for
/// `ConvTranspose2d(8, 3, bias = false)`, which has no tensor `bias`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct ConvTranspose2d<
    const C: usize,
    const G: usize,
    const KH: usize,
    const KW: usize,
    W,
    T = f32,
    const B: usize = G,
> {
    /// The filters, `C × G × KH × KW`.
    pub weight: [[[[T; KW]; KH]; G]; C],
    /// A summand for each filter, or none.
    pub bias: [T; B],
    window: PhantomData<W>,
}

// SAFETY: the struct is `repr(C)`, and consists of arrays of `T` and a zero-sized type that needs
// no alignment.
unsafe impl<
    const C: usize,
    const G: usize,
    const KH: usize,
    const KW: usize,
    W,
    T: Scalar,
    const B: usize,
> Numbers<T> for ConvTranspose2d<C, G, KH, KW, W, T, B>
{
}

impl<const C: usize, const G: usize, const KH: usize, const KW: usize, W, T: Scalar, const B: usize>
    ConvTranspose2d<C, G, KH, KW, W, T, B>
{
    const TABLE: &'static TensorTable = &convolution::table::<T>(
        (core::mem::offset_of!(Self, weight), <[[[[T; KW]; KH]; G]; C] as Tensors<T>>::TENSORS),
        (core::mem::offset_of!(Self, bias), <[T; B] as Tensors<T>>::TENSORS),
    );
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const G: usize, const KH: usize, const KW: usize, W, T: Scalar, const B: usize>
    Tensors<T> for ConvTranspose2d<C, G, KH, KW, W, T, B>
{
    const TENSORS: &'static [TensorInfo] = Self::TABLE.as_slice();
}

impl<
    const C: usize,
    const G: usize,
    const KH: usize,
    const KW: usize,
    W: Window,
    T: Scalar,
    const B: usize,
> ConvTranspose2d<C, G, KH, KW, W, T, B>
{
    /// The sizes of the convolution that leads back, which have to be those of the weights.
    const SHAPE: Conv2dShape = {
        let shape = W::SHAPE;
        assert!(shape.is_valid(), "a convolution whose kernel or groups do not fit its output");
        assert!(shape.filters == C && shape.channels / shape.groups == G);
        assert!(shape.kernel.0 == KH && shape.kernel.1 == KW);
        assert!(B == shape.channels || B == 0, "a bias for some filters only");
        shape
    };

    fn filters(&self) -> &[T] {
        self.weight.as_flattened().as_flattened().as_flattened()
    }

    fn spread(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        let shape = &Self::SHAPE;
        let batch = input.len() / shape.output_len();
        conv::backward_input(shape, batch, self.filters(), input, output, scratch);
        if let Some(bias) = convolution::some(&self.bias) {
            add_to_planes(output, bias, shape.height * shape.width);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<
    const C: usize,
    const G: usize,
    const KH: usize,
    const KW: usize,
    W: Window,
    T: Scalar,
    const B: usize,
> Layer<T> for ConvTranspose2d<C, G, KH, KW, W, T, B>
{
    const INPUTS: usize = Self::SHAPE.output_len();
    const OUTPUTS: usize = Self::SHAPE.input_len();
    const OPERATION: Operation = Operation::ConvTransposeLayer(Self::SHAPE);
    const FLOPS: usize = Self::SHAPE.flops();
    const SCRATCH: usize = convolution::scratch_len(&Self::SHAPE);
    const INFERENCE_SCRATCH: usize = Self::SCRATCH;

    /// The inputs of an output are the products that it sums, on average:
    /// `channels / groups × KH × KW`, divided by both strides.
    fn init(&mut self, init: Init, rng: &mut Rng) {
        let Conv2dShape { stride, groups, .. } = Self::SHAPE;
        let inputs = C / groups * KH * KW / (stride.0 * stride.1);
        let weights = self.weight.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        init.draw(weights, inputs.max(1), rng);
        self.bias.fill(T::zero());
    }

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.spread(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        self.spread(input, output, scratch);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let shape = &Self::SHAPE;
        let batch = input.len() / shape.output_len();
        let dweight = grads.weight.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        conv::backward_weights(shape, batch, dout, input, (dweight, None, false), saved);
        if !grads.bias.is_empty() {
            sum_planes(dout, &mut grads.bias, shape.height * shape.width);
        }
        if let Some(dinput) = dinput {
            conv::forward(shape, batch, dout, self.filters(), None, dinput, saved);
        }
    }
}
