use super::affine::{backward_input, backward_weight, forward};
use super::carried::{self, Recurrent};
use super::layer::Layer;
use super::operation::{Operation, Sequence};
use super::step_layer::StepLayer;
use crate::kernels::add_rows;
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::{Steps, lstm, lstm_at, lstm_back, transpose};
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Long short-term memory (section 6.2 of the second book), with `H` hidden numbers for each of `TIME`
/// steps. With the input `x`, the hidden state `h` and the cell `c` of the step before, both 0 at
/// first:
///
/// ```text
/// i, f, g, o = x·W + b + h·W' + b'
/// c ← σ(f) c + σ(i) tanh(g)
/// h ← σ(o) tanh(c)
/// ```
///
/// The output of a step is `h`. The gates are in this order, that of PyTorch's `LSTM`, whose weights
/// load with [`Layout::PyTorch`](crate::saving::Layout).
///
/// # From batch to batch
///
/// With `carry = true`, training continues each sample from the last step of the same sample in the batch
/// before: truncated backpropagation through time (section 5.4.2 of the second book). The state is in the
/// [`Workspace`](crate::Workspace), and gradients end at the first step of the batch.
/// [`forget`](crate::Workspace::forget) begins anew. Predictions begin with 0.
///
/// ```
/// use chainrule::{Init, Rng, Sgd, Workspace, network};
///
/// network! {
///     struct Net = Input(5, 1) -> Lstm(8, carry = true) -> Affine(1) => IdentityWithLoss;
/// }
///
/// // Two series of 200 numbers, each in 40 parts of 5 steps that follow each other.
/// let series = |at: usize| [(0.1 * at as f32).sin(), (0.1 * at as f32).cos()];
/// let part = |at: usize, sample: usize| [0, 1, 2, 3, 4].map(|step| [series(at + step)[sample]]);
///
/// let mut net = Net::new(Init::Auto, &mut Rng::seed(0));
/// let mut sgd = Sgd::new(0.1)?;
/// let (mut workspace, mut grads) = (Workspace::new(), Net::zeros());
/// for epoch in 0..10 {
///     workspace.forget();
///     for at in (0..195).step_by(5) {
///         let x = [part(at, 0), part(at, 1)];
///         let t = [part(at + 1, 0), part(at + 1, 1)].map(|steps| steps.map(|[y]| y));
///         net.gradient_in(&x, &t, &mut workspace, &mut grads)?;
///         net.update(&mut sgd, &grads);
///     }
/// }
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Lstm<
    const TIME: usize,
    const I: usize,
    const H: usize,
    T = f32,
    const CARRY: bool = false,
> {
    /// The weights of the inputs, `I × 4 × H`.
    #[tensors(gates)]
    pub weight_ih: [[[T; H]; 4]; I],
    /// The weights of the hidden state, `H × 4 × H`.
    #[tensors(gates)]
    pub weight_hh: [[[T; H]; 4]; H],
    /// The biases that are added to the products of the inputs.
    #[tensors(gates)]
    pub bias_ih: [[T; H]; 4],
    /// The biases that are added to the products of the hidden state.
    #[tensors(gates)]
    pub bias_hh: [[T; H]; 4],
}

impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool>
    Lstm<TIME, I, H, T, CARRY>
{
    /// The products of the inputs of all steps, with their bias.
    fn products(&self, input: &[T], products: &mut [T]) {
        let (weight, bias) =
            (self.weight_ih.as_flattened().as_flattened(), Some(self.bias_ih.as_flattened()));
        forward(input, weight, bias, products, (input.len() / I, I, 4 * H));
    }

    /// What `time` steps save: the gates, the cell and its tanh; products of one step.
    const fn saved_of(time: usize) -> usize {
        time * 6 * H + 4 * H
    }
}

impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool> Recurrent<T>
    for Lstm<TIME, I, H, T, CARRY>
{
    const FEATURES: usize = I;
    const HIDDEN: usize = H;
    const GATES: usize = 4;
    const STATE: usize = 2 * H;

    fn run(&self, steps: Steps, input: &[T], output: &mut [T], saved: &mut [T]) {
        let (rows, weight) = (steps.rows(), self.weight_hh.as_flattened().as_flattened());
        let (gates, rest) = saved.split_at_mut(rows * 4 * H);
        let (cells, rest) = rest.split_at_mut(rows * H);
        let (tangents, rest) = rest.split_at_mut(rows * H);
        let products = &mut rest[..steps.batch * 4 * H];
        self.products(input, gates);
        let bias = self.bias_hh.as_flattened();
        lstm(steps, weight, bias, gates, (cells, &mut *tangents), output, products);
        steps.copy_given(output, tangents);
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
        let (gates, rest) = saved.split_at_mut(rows * 4 * H);
        let (cells, rest) = rest.split_at_mut(rows * H);
        let (tangents, rest) = rest.split_at_mut(rows * H);
        let (products, transposed) = rest.split_at_mut(steps.batch * 4 * H);
        let (dhidden, rest) = products.split_at_mut(steps.batch * H);
        let dcell = &mut rest[..steps.batch * H];
        let transposed = &mut transposed[..4 * H * H];
        transpose(self.weight_hh.as_flattened().as_flattened(), 4 * H, transposed);
        lstm_back(steps, transposed, gates, (cells, tangents), dout, (dhidden, dcell));
        let states = tangents;
        add_rows(gates, grads.bias_ih.as_flattened_mut());
        grads.bias_hh = grads.bias_ih;
        let shape = (rows, I, 4 * H);
        backward_weight(input, gates, grads.weight_ih.as_flattened_mut().as_flattened_mut(), shape);
        if let Some(dinput) = dinput {
            backward_input(self.weight_ih.as_flattened().as_flattened(), gates, dinput, shape);
        }
        steps.weight_gradient(states, gates, grads.weight_hh.as_flattened_mut().as_flattened_mut());
    }

    fn cells(steps: Steps, saved: &mut [T]) -> &mut [T] {
        &mut saved[steps.rows() * 4 * H..][..steps.rows() * H]
    }
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const I: usize, const H: usize, T: Scalar, const CARRY: bool> Layer<T>
    for Lstm<TIME, I, H, T, CARRY>
{
    const INPUTS: usize = TIME * I;
    const OUTPUTS: usize = TIME * H;
    const OPERATION: Operation = Operation::LstmLayer(Sequence { time: TIME, features: I }, H);
    const FLOPS: usize = 2 * TIME * (I + H) * 4 * H;
    const SAVED: usize =
        carried::saved::<T, Self>(TIME, CARRY, Self::saved_of(TIME + CARRY as usize));
    const INFERENCE_SAVED: usize = Self::saved_of(TIME);
    // The transposed weights of the hidden state.
    const SCRATCH: usize = 4 * H * H;
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
    for Lstm<TIME, I, H, T, CARRY>
{
    // The cell and the hidden state, before and after the step.
    const STATE: usize = 4 * H;
    // The gates and the tanh of the cell for two steps, of which the second is computed; products.
    const STEP_SCRATCH: usize = 14 * H;

    fn step(
        &self,
        _step: usize,
        input: &[T],
        output: &mut [T],
        state: &mut [T],
        scratch: &mut [T],
    ) {
        let (cells, hidden) = state.split_at_mut(2 * H);
        let (gates, rest) = scratch.split_at_mut(8 * H);
        let (tangents, products) = rest.split_at_mut(2 * H);
        let steps = Steps { batch: 1, time: 2, hidden: H, gates: 4, first: 1 };
        self.products(input, &mut gates[4 * H..]);
        let (weight, bias) =
            (self.weight_hh.as_flattened().as_flattened(), self.bias_hh.as_flattened());
        lstm_at(steps, 1, (weight, bias), gates, (&mut *cells, tangents), hidden, products);
        cells.copy_within(H.., 0);
        hidden.copy_within(H.., 0);
        output.copy_from_slice(&hidden[H..]);
    }
}
