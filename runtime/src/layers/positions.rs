use super::layer::Layer;
use super::operation::{Operation, Sequence};
use super::step_layer::StepLayer;
use crate::kernels::add_rows;
use crate::kernels::scalar::Scalar;
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Learnt positions: a row of `D` numbers for each of `TIME` steps, added to the features of a
/// sequence (Gehring et al., 2017).
///
/// ```text
/// forward:   y[t] = x[t] + W[t]
/// backward:  dW[t] = Σ dy[t]  (over the batch),   dx = dy
/// ```
///
/// Without positions, [`Attention`](super::Attention) does not know the order of the steps.
///
/// ```
/// use chainrule::layers::{Layer, Positions};
///
/// let positions = Positions::<2, 1> { weight: [[10.0], [20.0]] };
/// let mut output = [0.0; 4];
/// positions.infer(&[1.0, 2.0, 3.0, 4.0], &mut output, &mut []);
/// assert_eq!(output, [11.0, 22.0, 13.0, 24.0]);
/// ```
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct Positions<const TIME: usize, const D: usize, T = f32> {
    /// The rows, `TIME × D`.
    #[tensors(table)]
    pub weight: [[T; D]; TIME],
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> Layer<T> for Positions<TIME, D, T> {
    const INPUTS: usize = TIME * D;
    const OUTPUTS: usize = TIME * D;
    const OPERATION: Operation = Operation::PositionsLayer(Sequence { time: TIME, features: D });

    fn init(&mut self, init: Init, rng: &mut Rng) {
        init.draw(self.weight.as_flattened_mut(), 1, rng);
    }

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        let rows = self.weight.as_flattened();
        for (x, y) in input.chunks_exact(TIME * D).zip(output.chunks_exact_mut(TIME * D)) {
            crate::merge::sum(x, rows, y);
        }
    }

    fn backward(
        &self,
        _input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        add_rows(dout, grads.weight.as_flattened_mut());
        if let Some(dinput) = dinput {
            dinput.copy_from_slice(dout);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> StepLayer<T> for Positions<TIME, D, T> {
    const STATE: usize = 0;
    const MOST_STEPS: usize = TIME;

    fn step(
        &self,
        step: usize,
        input: &[T],
        output: &mut [T],
        _state: &mut [T],
        _scratch: &mut [T],
    ) {
        crate::merge::sum(input, &self.weight[step], output);
    }
}
