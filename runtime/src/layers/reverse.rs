use super::layer::Layer;
use super::operation::{Operation, Sequence};
use crate::kernels::scalar::Scalar;
use crate::params::tensor::without_sequence_tensors;
use crate::rng::Rng;

/// The `TIME` steps of a sequence in reverse order. A recurrent layer between two of them reads the
/// sequence from its end.
///
/// ```
/// use chainrule::layers::{Layer, Reverse};
///
/// let mut output = [0.0; 6];
/// Reverse::<3, 2>.infer(&[1.0, 6.0, 2.0, 4.0, 3.0, 5.0], &mut output, &mut []);
/// assert_eq!(output, [3.0, 5.0, 2.0, 4.0, 1.0, 6.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Reverse<const TIME: usize, const D: usize>;

without_sequence_tensors!(Reverse);

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> Layer<T> for Reverse<TIME, D> {
    const INPUTS: usize = TIME * D;
    const OUTPUTS: usize = TIME * D;
    const OPERATION: Operation = Operation::ReverseLayer(Sequence { time: TIME, features: D });

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        let samples = input.chunks_exact(TIME * D).zip(output.chunks_exact_mut(TIME * D));
        for (from, to) in samples {
            for (from, to) in from.chunks_exact(D).rev().zip(to.chunks_exact_mut(D)) {
                to.copy_from_slice(from);
            }
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
        // The reversal of a reversal is the sequence.
        Layer::<T>::infer(self, dout, dinput, &mut []);
    }
}
