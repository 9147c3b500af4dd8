use super::affine::{backward_input, backward_weight, forward};
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
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Rnn<const TIME: usize, const I: usize, const H: usize, T = f32> {
    /// The weights of the inputs, `I × H`.
    pub weight_ih: [[T; H]; I],
    /// The weights of the hidden state, `H × H`.
    pub weight_hh: [[T; H]; H],
    /// The biases that are added to the products of the inputs.
    pub bias_ih: [T; H],
    /// The biases that are added to the products of the hidden state.
    pub bias_hh: [T; H],
}

impl<const TIME: usize, const I: usize, const H: usize, T: Scalar> Rnn<TIME, I, H, T> {
    fn steps(input: &[T]) -> Steps {
        Steps { batch: input.len() / (TIME * I), time: TIME, hidden: H, gates: 1 }
    }

    /// The products of the inputs of all steps, with their bias.
    fn products(&self, input: &[T], products: &mut [T]) {
        let (weight, bias) = (self.weight_ih.as_flattened(), Some(&self.bias_ih[..]));
        forward(input, weight, bias, products, (input.len() / I, I, H));
    }
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const I: usize, const H: usize, T: Scalar> Layer<T> for Rnn<TIME, I, H, T> {
    const INPUTS: usize = TIME * I;
    const OUTPUTS: usize = TIME * H;
    const OPERATION: Operation = Operation::RnnLayer(Sequence { time: TIME, features: I }, H);
    const FLOPS: usize = 2 * TIME * (I + H) * H;
    // The hidden state of each step; products of one step.
    const SAVED: usize = TIME * H + H;
    // The transposed weights of the hidden state.
    const SCRATCH: usize = H * H;

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], saved: &mut [T]) {
        let steps = Self::steps(input);
        let (rows, weight) = (steps.batch * TIME, self.weight_hh.as_flattened());
        let (states, rest) = saved.split_at_mut(rows * H);
        let products = &mut rest[..steps.batch * H];
        self.products(input, output);
        rnn(steps, weight, &self.bias_hh, output, products);
        states.copy_from_slice(output);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let steps = Self::steps(input);
        let rows = steps.batch * TIME;
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
impl<const TIME: usize, const I: usize, const H: usize, T: Scalar> StepLayer<T>
    for Rnn<TIME, I, H, T>
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
        let steps = Steps { batch: 1, time: 2, hidden: H, gates: 1 };
        self.products(input, &mut state[H..]);
        rnn_at(steps, 1, (self.weight_hh.as_flattened(), &self.bias_hh), state, scratch);
        state.copy_within(H.., 0);
        output.copy_from_slice(&state[H..]);
    }
}
