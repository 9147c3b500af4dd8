use super::affine::{backward_input, backward_weight, forward};
use super::carried::{self, Recurrent};
use super::layer::Layer;
use super::operation::{Operation, Sequence};
use super::step_layer::StepLayer;
use crate::kernels::add_rows;
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::{Steps, gru, gru_at, gru_back, transpose};
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// A gated recurrent unit (Cho et al., 2014), with `H` hidden numbers for each of `TIME` steps. With
/// the input `x` and the hidden state `h` of the step before, 0 at first:
///
/// ```text
/// r = σ(x·Wᵣ + bᵣ + h·W'ᵣ + b'ᵣ)        z = σ(x·W_z + b_z + h·W'_z + b'_z)
/// n = tanh(x·Wₙ + bₙ + r (h·W'ₙ + b'ₙ))
/// h ← (1 - z) n + z h
/// ```
///
/// The output of a step is `h`. The gates are in the order `r`, `z`, `n` of PyTorch's `GRU`, whose
/// weights load with [`Layout::PyTorch`](crate::saving::Layout).
///
/// With `carry = true`, training continues from batch to batch, as in an
/// [`Lstm`](crate::layers::Lstm#from-batch-to-batch).
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Gru<
    const TIME: usize,
    const I: usize,
    const H: usize,
    T = f32,
    const CARRY: bool = false,
> {
    /// The weights of the inputs, `I × 3 × H`.
    #[tensors(gates)]
    pub weight_ih: [[[T; H]; 3]; I],
    /// The weights of the hidden state, `H × 3 × H`.
    #[tensors(gates)]
    pub weight_hh: [[[T; H]; 3]; H],
    /// The biases that are added to the products of the inputs.
    #[tensors(gates)]
    pub bias_ih: [[T; H]; 3],
    /// The biases that are added to the products of the hidden state.
    #[tensors(gates)]
    pub bias_hh: [[T; H]; 3],
}

impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool>
    Gru<TIME, I, H, T, CARRY>
{
    /// The products of the inputs of all steps, with their bias.
    fn products(&self, input: &[T], products: &mut [T]) {
        let (weight, bias) =
            (self.weight_ih.as_flattened().as_flattened(), Some(self.bias_ih.as_flattened()));
        forward(input, weight, bias, products, (input.len() / I, I, 3 * H));
    }

    /// What `time` steps save: the gates, the products of the hidden state, and that state; products of
    /// one step.
    const fn saved_of(time: usize) -> usize {
        time * 7 * H + 3 * H
    }
}

impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool> Recurrent<T>
    for Gru<TIME, I, H, T, CARRY>
{
    const FEATURES: usize = I;
    const HIDDEN: usize = H;
    const GATES: usize = 3;
    const STATE: usize = H;

    fn run(&self, steps: Steps, input: &[T], output: &mut [T], saved: &mut [T]) {
        let (rows, weight) = (steps.rows(), self.weight_hh.as_flattened().as_flattened());
        let (gates, rest) = saved.split_at_mut(rows * 3 * H);
        let (recurrent, rest) = rest.split_at_mut(rows * 3 * H);
        let (states, rest) = rest.split_at_mut(rows * H);
        let products = &mut rest[..steps.batch * 3 * H];
        self.products(input, gates);
        gru(steps, weight, self.bias_hh.as_flattened(), gates, recurrent, output, products);
        states.copy_from_slice(output);
    }

    fn run_back(
        &self,
        steps: Steps,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let rows = steps.rows();
        let (gates, rest) = saved.split_at_mut(rows * 3 * H);
        let (recurrent, rest) = rest.split_at_mut(rows * 3 * H);
        let (states, rest) = rest.split_at_mut(rows * H);
        let (products, transposed) = rest.split_at_mut(steps.batch * 3 * H);
        let (dhidden, rest) = products.split_at_mut(steps.batch * H);
        let more = &mut rest[..steps.batch * H];
        let transposed = &mut transposed[..3 * H * H];
        transpose(self.weight_hh.as_flattened().as_flattened(), 3 * H, transposed);
        gru_back(steps, transposed, gates, recurrent, (states, dout), (dhidden, more));
        add_rows(gates, grads.bias_ih.as_flattened_mut());
        add_rows(recurrent, grads.bias_hh.as_flattened_mut());
        let shape = (rows, I, 3 * H);
        backward_weight(input, gates, grads.weight_ih.as_flattened_mut().as_flattened_mut(), shape);
        if let Some(dinput) = dinput {
            backward_input(self.weight_ih.as_flattened().as_flattened(), gates, dinput, shape);
        }
        steps.weight_gradient(
            states,
            recurrent,
            grads.weight_hh.as_flattened_mut().as_flattened_mut(),
        );
    }
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool> Layer<T>
    for Gru<TIME, I, H, T, CARRY>
{
    const INPUTS: usize = TIME * I;
    const OUTPUTS: usize = TIME * H;
    const OPERATION: Operation = Operation::GruLayer(Sequence { time: TIME, features: I }, H);
    const FLOPS: usize = 2 * TIME * (I + H) * 3 * H;
    const SAVED: usize =
        carried::saved::<T, Self>(TIME, CARRY, Self::saved_of(TIME + CARRY as usize));
    const INFERENCE_SAVED: usize = Self::saved_of(TIME);
    // The transposed weights of the hidden state.
    const SCRATCH: usize = 3 * H * H;
    const CARRIES: bool = CARRY;

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        match CARRY {
            true => carried::forward(self, TIME, input, output, saved),
            false => self.infer(input, output, saved),
        }
    }

    fn infer(&self, input: &[T], output: &mut [T], saved: &mut [T]) {
        self.run(carried::whole::<T, Self>(TIME, input), input, output, saved);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        if CARRY {
            return carried::backward(self, TIME, saved, dout, grads, dinput);
        }
        self.run_back(carried::whole::<T, Self>(TIME, input), input, saved, dout, grads, dinput);
    }
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool> StepLayer<T>
    for Gru<TIME, I, H, T, CARRY>
{
    // The hidden state, before and after the step.
    const STATE: usize = 2 * H;
    // The gates and products for two steps, of which the second is computed; products.
    const STEP_SCRATCH: usize = 15 * H;

    fn step(
        &self,
        _step: usize,
        input: &[T],
        output: &mut [T],
        state: &mut [T],
        scratch: &mut [T],
    ) {
        let (gates, rest) = scratch.split_at_mut(6 * H);
        let (recurrent, products) = rest.split_at_mut(6 * H);
        let steps = Steps { batch: 1, time: 2, hidden: H, gates: 3, first: 1 };
        self.products(input, &mut gates[3 * H..]);
        let (weight, bias) =
            (self.weight_hh.as_flattened().as_flattened(), self.bias_hh.as_flattened());
        gru_at(steps, 1, (weight, bias), gates, recurrent, state, products);
        state.copy_within(H.., 0);
        output.copy_from_slice(&state[H..]);
    }
}
