use super::layer::Layer;
use crate::kernels::scalar::Scalar;
use crate::kernels::{gelu, gelu_back};
use crate::params::tensor::without_tensors;
use crate::rng::Rng;

/// The Gaussian error linear unit (Hendrycks and Gimpel, 2016), of `N` features: a
/// number passes as far as it is larger than others would be, if they were normally
/// distributed.
///
/// ```text
/// forward:   y = x Φ(x),   Φ(x) = (1 + erf(x / √2)) / 2
/// backward:  dx = dy (Φ(x) + x φ(x)),   φ(x) = exp(-x² / 2) / √(2π)
/// ```
///
/// The function itself, not the approximation with `tanh`: to the last few digits
/// of either type, also where `y` is tiny. It has a minimum, so that `y` does not
/// tell the derivative: the input is kept, and it is a [`Layer`], without
/// parameters. NaN passes through, to be found by whoever looks at the output.
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

    fn forward(&self, input: &[T], output: &mut [T], _kept: &mut [T], _rng: &mut Rng) {
        gelu(input, output);
    }

    fn backward(
        &self,
        input: &[T],
        _kept: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        if let Some(dinput) = dinput {
            gelu_back(input, dout, dinput);
        }
    }
}
