use super::layer::Layer;
use super::operation::{Operation, Sequence};
use super::step_layer::StepLayer;
use crate::kernels::scalar::Scalar;
use crate::params::tensor::without_sequence_tensors;
use crate::rng::Rng;

/// The features of the last of `TIME` steps: `y = x[TIME - 1]`.
///
/// ```
/// use chainrule::layers::{Layer, Last};
///
/// let mut output = [0.0; 2];
/// Last::<3, 2>.infer(&[1.0, 6.0, 2.0, 4.0, 3.0, 5.0], &mut output, &mut []);
/// assert_eq!(output, [3.0, 5.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Last<const TIME: usize, const D: usize>;

without_sequence_tensors!(Last);

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> Layer<T> for Last<TIME, D> {
    const INPUTS: usize = TIME * D;
    const OUTPUTS: usize = D;
    const OPERATION: Operation = Operation::LastLayer(Sequence { time: TIME, features: D });

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        for (steps, y) in input.chunks_exact(TIME * D).zip(output.chunks_exact_mut(D)) {
            y.copy_from_slice(&steps[(TIME - 1) * D..]);
        }
    }

    fn backward(
        &self,
        _input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let Some(dinput) = dinput else { return };
        dinput.fill(T::zero());
        for (steps, dy) in dinput.chunks_exact_mut(TIME * D).zip(dout.chunks_exact(D)) {
            steps[(TIME - 1) * D..].copy_from_slice(dy);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> StepLayer<T> for Last<TIME, D> {
    const STATE: usize = 0;

    /// Each step is the last one so far.
    fn step(
        &self,
        _step: usize,
        input: &[T],
        output: &mut [T],
        _state: &mut [T],
        _scratch: &mut [T],
    ) {
        output.copy_from_slice(input);
    }
}
