use super::layer::Layer;
use super::operation::{Operation, Sequence};
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::{mean_of_steps, mean_of_steps_back};
use crate::params::tensor::without_sequence_tensors;
use crate::rng::Rng;

/// The mean of each of `D` features over `TIME` steps: `y = Σ x[t] / TIME`, `dx[t] = dy / TIME`.
///
/// ```
/// use chainrule::layers::{Layer, Mean};
///
/// let mut output = [0.0; 2];
/// Mean::<3, 2>.infer(&[1.0, 6.0, 2.0, 4.0, 3.0, 5.0], &mut output, &mut []);
/// assert_eq!(output, [2.0, 5.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Mean<const TIME: usize, const D: usize>;

without_sequence_tensors!(Mean);

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> Layer<T> for Mean<TIME, D> {
    const INPUTS: usize = TIME * D;
    const OUTPUTS: usize = D;
    const OPERATION: Operation = Operation::MeanLayer(Sequence { time: TIME, features: D });

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        mean_of_steps(input, output, TIME, D);
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
        mean_of_steps_back(dout, dinput, TIME, D);
    }
}
