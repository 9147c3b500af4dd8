use super::affine::{backward_input, backward_weight, descend_weight, forward, forward_relu};
use super::fusion::{DeferredUpdate, FusedRelu, MIN_WEIGHTS};
use super::layer::Layer;
use super::operation::Operation;
use crate::kernels::scalar::Scalar;
use crate::kernels::{can_descend, is_small, small_matmul};
use crate::params::sgd_step::SgdStep;
use crate::params::tensor::Kind;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// The affine layer without biases, `Y = X·W`. It is declared as `Affine(784, 50, bias = false)`.
///
/// Use it before a layer that has a shift of its own, such as [`BatchNorm`](super::BatchNorm): a
/// bias would have no effect there. Shapes and gradients are those of [`Affine`](super::Affine),
/// and so are the results for a bias of zero.
///
/// ```
/// use chainrule::layers::{Layer, Linear};
///
/// let linear = Linear::<2, 3> { weight: [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]] };
/// let mut output = [0.0; 3];
/// linear.infer(&[1.0, 10.0], &mut output, &mut []);
/// assert_eq!(output, [41.0, 52.0, 63.0]);
/// ```
///
/// # Panics
///
/// As [`Affine`](super::Affine).
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Linear<const INPUTS: usize, const OUTPUTS: usize, T = f32> {
    /// `W`, `inputs × outputs`: `weight[i][o]` leads from input `i` to output `o`.
    pub weight: [[T; OUTPUTS]; INPUTS],
}

#[diagnostic::do_not_recommend]
impl<const INPUTS: usize, const OUTPUTS: usize, T: Scalar> Layer<T> for Linear<INPUTS, OUTPUTS, T> {
    const INPUTS: usize = INPUTS;
    const OUTPUTS: usize = OUTPUTS;
    const OPERATION: Operation = Operation::AffineLayer { inputs: INPUTS, outputs: OUTPUTS };
    const FLOPS: usize = 2 * INPUTS * OUTPUTS;

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    // Overrides the default for the reason given in `Affine`.
    fn infer(&self, input: &[T], output: &mut [T], _room: &mut [T]) {
        if const { is_small(INPUTS, OUTPUTS) }
            && let (Ok(input), Ok(output)) = (input.try_into(), (&mut *output).try_into())
        {
            let zeros = [T::zero(); OUTPUTS];
            return small_matmul::<_, _, _, false>(input, &self.weight, &zeros, output);
        }
        let shape = (output.len() / OUTPUTS, INPUTS, OUTPUTS);
        forward(input, self.weight.as_flattened(), None, output, shape);
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
        if let Some(dinput) = dinput {
            backward_input(self.weight.as_flattened(), dout, dinput, shape);
        }
    }
}

impl<const INPUTS: usize, const OUTPUTS: usize, T: Scalar> FusedRelu<T>
    for Linear<INPUTS, OUTPUTS, T>
{
    fn infer_relu(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        if const { is_small(INPUTS, OUTPUTS) }
            && let (Ok(input), Ok(output)) = (input.try_into(), (&mut *output).try_into())
        {
            let zeros = [T::zero(); OUTPUTS];
            return small_matmul::<_, _, _, true>(input, &self.weight, &zeros, output);
        }
        let shape = (output.len() / OUTPUTS, INPUTS, OUTPUTS);
        forward_relu(input, self.weight.as_flattened(), None, output, shape);
    }
}

impl<const INPUTS: usize, const OUTPUTS: usize, T: Scalar> DeferredUpdate<T>
    for Linear<INPUTS, OUTPUTS, T>
{
    fn can_defer(batch: usize) -> bool {
        INPUTS * OUTPUTS >= MIN_WEIGHTS && can_descend::<T>(INPUTS, batch)
    }

    fn backward_without_weights(&self, dout: &[T], _grads: &mut Self, dinput: Option<&mut [T]>) {
        if let Some(dinput) = dinput {
            let shape = (dout.len() / OUTPUTS, INPUTS, OUTPUTS);
            backward_input(self.weight.as_flattened(), dout, dinput, shape);
        }
    }

    fn update(&mut self, _grads: &Self, input: &[T], dout: &[T], step: &SgdStep) {
        let shape = (dout.len() / OUTPUTS, INPUTS, OUTPUTS);
        if let Some(weight_step) = step.of_kind(Kind::Weight) {
            descend_weight(input, dout, weight_step, self.weight.as_flattened_mut(), shape);
        }
    }
}
