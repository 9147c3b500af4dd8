use super::layer::Layer;
use super::operation::{Operation, Sequence};
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::largest_steps;
use crate::params::tensor::without_sequence_tensors;
use crate::rng::Rng;

/// The largest number of each of `D` features over `TIME` steps. The gradient goes to that step, the
/// first of equal ones.
///
/// ```
/// use chainrule::layers::{Layer, Max};
///
/// let mut output = [0.0; 2];
/// Max::<3, 2>.infer(&[1.0, 6.0, 2.0, 4.0, 3.0, 5.0], &mut output, &mut []);
/// assert_eq!(output, [3.0, 6.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Max<const TIME: usize, const D: usize>;

without_sequence_tensors!(Max);

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> Layer<T> for Max<TIME, D> {
    const INPUTS: usize = TIME * D;
    const OUTPUTS: usize = D;
    const OPERATION: Operation = Operation::MaxLayer(Sequence { time: TIME, features: D });

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        largest_steps(input, TIME, D, |from, to| output[to] = input[from]);
    }

    fn backward(
        &self,
        input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let Some(dinput) = dinput else { return };
        dinput.fill(T::zero());
        largest_steps(input, TIME, D, |from, to| dinput[from] = dout[to]);
    }
}
