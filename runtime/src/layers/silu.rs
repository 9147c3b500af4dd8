use super::layer::Layer;
use super::operation::Operation;
use crate::kernels::scalar::Scalar;
use crate::kernels::{silu, silu_back};
use crate::params::tensor::without_tensors;
use crate::rng::Rng;

/// The sigmoid linear unit, also called Swish (Elfwing et al., 2018), of `N` features. It
/// multiplies a number by its sigmoid.
///
/// ```text
/// forward:   y = x σ(x),   σ(x) = 1 / (1 + e⁻ˣ)
/// backward:  dx = dy σ(x) (1 + x (1 - σ(x)))
/// ```
///
/// The function has a minimum, so the derivative cannot be computed from `y`. It is therefore a
/// [`Layer`] without parameters that saves its input. NaN is propagated to the output.
///
/// ```
/// use chainrule::layers::{Layer, Silu};
///
/// let mut output = [0.0; 3];
/// Silu::<3>.infer(&[1e4, 0.0, -1e4], &mut output, &mut []);
/// assert_eq!(output, [1e4, 0.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Silu<const N: usize>;

without_tensors!(Silu);

#[diagnostic::do_not_recommend]
impl<const N: usize, T: Scalar> Layer<T> for Silu<N> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    const OPERATION: Operation = Operation::SiluLayer;

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        silu(input, output);
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
            silu_back(input, dout, dinput);
        }
    }
}
