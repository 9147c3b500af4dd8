use super::layer::Layer;
use super::operation::Operation;
use crate::kernels::scalar::Scalar;
use crate::kernels::{gelu, gelu_back};
use crate::params::tensor::without_tensors;
use crate::rng::Rng;

/// The Gaussian error linear unit (Hendrycks and Gimpel, 2016), of `N` features. It multiplies a
/// number by the probability that a standard normal variable is smaller.
///
/// ```text
/// forward:   y = x Φ(x),   Φ(x) = (1 + erf(x / √2)) / 2
/// backward:  dx = dy (Φ(x) + x φ(x)),   φ(x) = exp(-x² / 2) / √(2π)
/// ```
///
/// This is the exact function, not the approximation with `tanh`. It is accurate to the last few
/// digits of either type, also where `y` is tiny. The function has a minimum, so the derivative
/// cannot be computed from `y`. It is therefore a [`Layer`] without parameters that saves its
/// input. NaN is propagated to the output.
///
/// ```
/// use chainrule::layers::{Gelu, Layer};
///
/// let mut output = [0.0; 3];
/// Gelu::<3>.infer(&[1.0, 0.0, -1e4], &mut output, &mut []);
/// assert!((output[0] - 0.8413447460685429_f64).abs() < 1e-15);
/// assert_eq!(output[1..], [0.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Gelu<const N: usize>;

without_tensors!(Gelu);

#[diagnostic::do_not_recommend]
impl<const N: usize, T: Scalar> Layer<T> for Gelu<N> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    const OPERATION: Operation = Operation::GeluLayer;

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        gelu(input, output);
    }

    fn backward(
        &self,
        input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        if let Some(dinput) = dinput {
            gelu_back(input, dout, dinput);
        }
    }
}
