use super::layer::Layer;
use super::operation::{Operation, Sequence};
use super::step_layer::StepLayer;
use crate::kernels::scalar::Scalar;
use crate::kernels::sequence::{add_sinusoids, add_sinusoids_at};
use crate::params::tensor::without_sequence_tensors;
use crate::rng::Rng;

/// Positions as sines and cosines of falling frequency, added to the features of a sequence (Vaswani
/// et al., 2017, section 3.5). They are computed, not learnt.
///
/// ```text
/// y[t, 2i]     = x[t, 2i] + sin(t ω)        ω = 10000^(-2i / D)
/// y[t, 2i + 1] = x[t, 2i + 1] + cos(t ω)
/// ```
///
/// ```
/// use chainrule::layers::{Layer, SinusoidalPositions};
///
/// let mut output = [0.0_f64; 4];
/// SinusoidalPositions::<2, 2>.infer(&[0.0; 4], &mut output, &mut []);
/// assert_eq!(output, [0.0, 1.0, 1_f64.sin(), 1_f64.cos()]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct SinusoidalPositions<const TIME: usize, const D: usize>;

without_sequence_tensors!(SinusoidalPositions);

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> Layer<T> for SinusoidalPositions<TIME, D> {
    const INPUTS: usize = TIME * D;
    const OUTPUTS: usize = TIME * D;
    const OPERATION: Operation =
        Operation::SinusoidalPositionsLayer(Sequence { time: TIME, features: D });

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        self.infer(input, output, saved);
    }

    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        add_sinusoids(input, output, TIME, D);
    }

    fn backward(
        &self,
        _input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        if let Some(dinput) = dinput {
            dinput.copy_from_slice(dout);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const TIME: usize, const D: usize, T: Scalar> StepLayer<T> for SinusoidalPositions<TIME, D> {
    const STATE: usize = 0;

    fn step(
        &self,
        step: usize,
        input: &[T],
        output: &mut [T],
        _state: &mut [T],
        _scratch: &mut [T],
    ) {
        add_sinusoids_at(step, input, output);
    }
}
