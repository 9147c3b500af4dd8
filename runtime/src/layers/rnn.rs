use super::affine::{backward_input, backward_weight, forward};
use super::carried::{self, Recurrent};
use super::layer::Layer;
use super::operation::{Operation, Sequence};
use super::step_layer::StepLayer;
use crate::kernels::add_rows;
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::{Steps, rnn, rnn_at, rnn_back, transpose};
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// A recurrent layer without gates (section 5.3 of the second book), with `H` hidden numbers for each
/// of `TIME` steps: `h ← tanh(x·W + b + h·W' + b')`, with the input `x` and the hidden state `h` of
/// the step before, 0 at first.
///
/// The output of a step is `h`. As PyTorch's `RNN`, whose weights load with
/// [`Layout::PyTorch`](crate::saving::Layout).
///
/// With `carry = true`, training continues from batch to batch, as in an
/// [`Lstm`](crate::layers::Lstm#from-batch-to-batch).
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Rnn<
    const TIME: usize,
    const I: usize,
    const H: usize,
    T = f32,
    const CARRY: bool = false,
> {
    /// The weights of the inputs, `I × H`.
    pub weight_ih: [[T; H]; I],
    /// The weights of the hidden state, `H × H`.
    pub weight_hh: [[T; H]; H],
    /// The biases that are added to the products of the inputs.
    pub bias_ih: [T; H],
    /// The biases that are added to the products of the hidden state.
    pub bias_hh: [T; H],
}

impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool>
    Rnn<TIME, I, H, T, CARRY>
{
    /// The products of the inputs of all steps, with their bias.
    fn products(&self, input: &[T], products: &mut [T]) {
        let (weight, bias) = (self.weight_ih.as_flattened(), Some(&self.bias_ih[..]));
        forward(input, weight, bias, products, (input.len() / I, I, H));
    }

    /// What `time` steps save: the hidden state of each; products of one step.
    const fn saved_of(time: usize) -> usize {
        time * H + H
    }
}

impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool> Recurrent<T>
    for Rnn<TIME, I, H, T, CARRY>
{
    const FEATURES: usize = I;
    const HIDDEN: usize = H;
    const GATES: usize = 1;
    const STATE: usize = H;

    fn run(&self, steps: Steps, input: &[T], output: &mut [T], saved: &mut [T]) {
        let (states, rest) = saved.split_at_mut(steps.rows() * H);
        let products = &mut rest[..steps.batch * H];
        steps.copy_given(output, states);
        self.products(input, output);
        steps.copy_given(states, output);
        rnn(steps, self.weight_hh.as_flattened(), &self.bias_hh, output, products);
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
        let (states, rest) = saved.split_at_mut(rows * H);
        let (dhidden, transposed) = rest.split_at_mut(steps.batch * H);
        let transposed = &mut transposed[..H * H];
        transpose(self.weight_hh.as_flattened(), H, transposed);
        rnn_back(steps, transposed, states, dout, dhidden);
        add_rows(dout, &mut grads.bias_ih);
        grads.bias_hh = grads.bias_ih;
        let shape = (rows, I, H);
        backward_weight(input, dout, grads.weight_ih.as_flattened_mut(), shape);
        if let Some(dinput) = dinput {
            backward_input(self.weight_ih.as_flattened(), dout, dinput, shape);
        }
        steps.weight_gradient(states, dout, grads.weight_hh.as_flattened_mut());
    }
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool> Layer<T>
    for Rnn<TIME, I, H, T, CARRY>
{
    const INPUTS: usize = TIME * I;
    const OUTPUTS: usize = TIME * H;
    const OPERATION: Operation = Operation::RnnLayer(Sequence { time: TIME, features: I }, H);
    const FLOPS: usize = 2 * TIME * (I + H) * H;
    const SAVED: usize =
        carried::saved::<T, Self>(TIME, CARRY, Self::saved_of(TIME + CARRY as usize));
    const INFERENCE_SAVED: usize = Self::saved_of(TIME);
    // The transposed weights of the hidden state.
    const SCRATCH: usize = H * H;
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
    for Rnn<TIME, I, H, T, CARRY>
{
    // The hidden state, before and after the step.
    const STATE: usize = 2 * H;
    const STEP_SCRATCH: usize = H;

    fn step(
        &self,
        _step: usize,
        input: &[T],
        output: &mut [T],
        state: &mut [T],
        scratch: &mut [T],
    ) {
        let steps = Steps { batch: 1, time: 2, hidden: H, gates: 1, first: 1 };
        self.products(input, &mut state[H..]);
        rnn_at(steps, 1, (self.weight_hh.as_flattened(), &self.bias_hh), state, scratch);
        state.copy_within(H.., 0);
        output.copy_from_slice(&state[H..]);
    }
}
