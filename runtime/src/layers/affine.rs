use super::fusion::{DeferredUpdate, FusedRelu, MIN_WEIGHTS};
use super::layer::Layer;
use super::operation::Operation;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{
    Matrix, Step, add_rows, can_descend, is_small, matmul, matmul_descend, matmul_relu,
    small_matmul,
};
use crate::params::sgd_step::SgdStep;
use crate::params::tensor::{Kind, Tensors as _};
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// The affine layer, `Y = X·W + b` (section 5.6 of the book).
///
/// | | shape | |
/// |---|---|---|
/// | `X` | `B × I` | input |
/// | `W` | `I × O` | [`weight`](Affine::weight) |
/// | `b` | `O` | [`bias`](Affine::bias), added to every row |
/// | `Y` | `B × O` | output |
///
/// Backward, with `dY = ∂L/∂Y`:
///
/// ```text
/// dX = dY·Wᵀ        B × I
/// dW = Xᵀ·dY        I × O
/// db = Σ rows dY    O
/// ```
///
/// ```
/// use chainrule::layers::{Affine, Layer};
///
/// let affine = Affine::<2, 3> { weight: [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], bias: [0.5; 3] };
/// let mut output = [0.0; 3];
/// affine.infer(&[1.0, 10.0], &mut output, &mut []);
/// assert_eq!(output, [41.5, 52.5, 63.5]);
/// ```
///
/// `Affine(784, 50, bias = false)` in a declaration is a [`Linear`](super::Linear), without `b`.
///
/// # Panics
///
/// `forward` and `backward` panic if a slice is not a whole number of samples, or if the slices
/// hold different numbers of samples.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Affine<const INPUTS: usize, const OUTPUTS: usize, T = f32> {
    /// `W`, `inputs × outputs`: `weight[i][o]` leads from input `i` to output `o`.
    pub weight: [[T; OUTPUTS]; INPUTS],
    /// `b`, one number for each output.
    pub bias: [T; OUTPUTS],
}

#[diagnostic::do_not_recommend]
impl<const INPUTS: usize, const OUTPUTS: usize, T: Scalar> Layer<T> for Affine<INPUTS, OUTPUTS, T> {
    const INPUTS: usize = INPUTS;
    const OUTPUTS: usize = OUTPUTS;
    const OPERATION: Operation = Operation::AffineLayer { inputs: INPUTS, outputs: OUTPUTS };
    const FLOPS: usize = 2 * INPUTS * OUTPUTS;

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    // Overrides the default, which calls the training pass. That pass needs a generator, and
    // seeding one takes as long as a small layer.
    fn infer(&self, input: &[T], output: &mut [T], _room: &mut [T]) {
        if const { is_small(INPUTS, OUTPUTS) }
            && let (Ok(input), Ok(output)) = (input.try_into(), (&mut *output).try_into())
        {
            return small_matmul::<_, _, _, false>(input, &self.weight, &self.bias, output);
        }
        let shape = (output.len() / OUTPUTS, INPUTS, OUTPUTS);
        forward(input, self.weight.as_flattened(), Some(&self.bias), output, shape);
    }

    fn backward(
        &self,
        input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let shape = (dout.len() / OUTPUTS, INPUTS, OUTPUTS);
        backward_weight(input, dout, grads.weight.as_flattened_mut(), shape);
        add_rows(dout, &mut grads.bias);
        if let Some(dinput) = dinput {
            backward_input(self.weight.as_flattened(), dout, dinput, shape);
        }
    }
}

impl<const INPUTS: usize, const OUTPUTS: usize, T: Scalar> FusedRelu<T>
    for Affine<INPUTS, OUTPUTS, T>
{
    fn infer_relu(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        if const { is_small(INPUTS, OUTPUTS) }
            && let (Ok(input), Ok(output)) = (input.try_into(), (&mut *output).try_into())
        {
            return small_matmul::<_, _, _, true>(input, &self.weight, &self.bias, output);
        }
        let shape = (output.len() / OUTPUTS, INPUTS, OUTPUTS);
        forward_relu(input, self.weight.as_flattened(), Some(&self.bias), output, shape);
    }
}

impl<const INPUTS: usize, const OUTPUTS: usize, T: Scalar> DeferredUpdate<T>
    for Affine<INPUTS, OUTPUTS, T>
{
    fn can_defer(batch: usize) -> bool {
        INPUTS * OUTPUTS >= MIN_WEIGHTS && can_descend::<T>(INPUTS, batch)
    }

    fn backward_without_weights(&self, dout: &[T], grads: &mut Self, dinput: Option<&mut [T]>) {
        add_rows(dout, &mut grads.bias);
        if let Some(dinput) = dinput {
            let shape = (dout.len() / OUTPUTS, INPUTS, OUTPUTS);
            backward_input(self.weight.as_flattened(), dout, dinput, shape);
        }
    }

    fn update(&mut self, grads: &Self, input: &[T], dout: &[T], step: &SgdStep) {
        let shape = (dout.len() / OUTPUTS, INPUTS, OUTPUTS);
        if let Some(weight_step) = step.of_kind(Kind::Weight) {
            descend_weight(input, dout, weight_step, self.weight.as_flattened_mut(), shape);
        }
        step.apply(&mut self.bias, &grads.bias, <[T; OUTPUTS]>::TENSORS.iter());
    }
}

/// Batch, inputs, outputs.
pub(super) type Shape = (usize, usize, usize);

/// `Y = X·W + b`, or `X·W`. Dimensions are passed at run time here and below, so that each function is
/// compiled only once instead of for every pair of sizes.
#[inline(never)]
pub(super) fn forward<T: Scalar>(
    input: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    output: &mut [T],
    (batch, inputs, outputs): Shape,
) {
    let input = Matrix::new(input, batch, inputs);
    matmul(input, Matrix::new(weight, inputs, outputs), bias, output);
}

/// `Y = relu(X·W + b)`, or `relu(X·W)`.
#[inline(never)]
pub(super) fn forward_relu<T: Scalar>(
    input: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    output: &mut [T],
    (batch, inputs, outputs): Shape,
) {
    let input = Matrix::new(input, batch, inputs);
    matmul_relu(input, Matrix::new(weight, inputs, outputs), bias, output);
}

/// `dW = Xᵀ·dY`.
#[inline(never)]
pub(super) fn backward_weight<T: Scalar>(
    input: &[T],
    dout: &[T],
    dweight: &mut [T],
    (batch, inputs, outputs): Shape,
) {
    let input = Matrix::new(input, batch, inputs);
    matmul(input.transposed(), Matrix::new(dout, batch, outputs), None, dweight);
}

/// An update of `W` along `Xᵀ·dY`.
#[inline(never)]
pub(super) fn descend_weight<T: Scalar>(
    input: &[T],
    dout: &[T],
    step: Step<T>,
    weight: &mut [T],
    (batch, inputs, outputs): Shape,
) {
    let input = Matrix::new(input, batch, inputs);
    matmul_descend(input.transposed(), Matrix::new(dout, batch, outputs), step, weight);
}

/// `dX = dY·Wᵀ`.
#[inline(never)]
pub(super) fn backward_input<T: Scalar>(
    weight: &[T],
    dout: &[T],
    dinput: &mut [T],
    (batch, inputs, outputs): Shape,
) {
    let weight = Matrix::new(weight, inputs, outputs);
    matmul(Matrix::new(dout, batch, outputs), weight.transposed(), None, dinput);
}

instantiate!(fn(&[T], &[T], Option<&[T]>, &mut [T], Shape) = forward::<T>);
instantiate!(fn(&[T], &[T], Option<&[T]>, &mut [T], Shape) = forward_relu::<T>);
instantiate!(fn(&[T], &[T], &mut [T], Shape) = backward_weight::<T>);
instantiate!(fn(&[T], &[T], Step<T>, &mut [T], Shape) = descend_weight::<T>);
instantiate!(fn(&[T], &[T], &mut [T], Shape) = backward_input::<T>);
