use super::layer::Layer;
use super::operation::Operation;
use crate::kernels::scalar::Scalar;
use crate::kernels::{instantiate, vectorised};
use crate::params::tensor::without_tensors;
use crate::rng::Rng;

/// Mish (Misra, 2019), of `N` features: a number times the `tanh` of its softplus. It is smooth,
/// and has a minimum of -0.31 at -1.19.
///
/// ```text
/// forward:   y = x t,   t = tanh(ln(1 + eˣ)) = w / (w + 2),   w = eˣ (eˣ + 2)
/// backward:  dx = dy (t + x s),   s = ∂t/∂x = 4 eˣ (eˣ + 1) / (w + 2)²
/// ```
///
/// For positive numbers, both fractions are expanded by powers of `e⁻ˣ`, so no exponential
/// overflows, and `t` and `s` keep their digits in both tails. The function has a minimum, so the
/// derivative cannot be computed from `y`. It is therefore a [`Layer`] without parameters that
/// reads its input in the backward pass. NaN is propagated to the output.
///
/// ```
/// use chainrule::layers::{Layer, Mish};
///
/// let mut output = [0.0; 3];
/// Mish::<3>.infer(&[1e4, 0.0, -1e4], &mut output, &mut []);
/// assert_eq!(output, [1e4, 0.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Mish<const N: usize>;

without_tensors!(Mish);

#[diagnostic::do_not_recommend]
impl<const N: usize, T: Scalar> Layer<T> for Mish<N> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    const OPERATION: Operation = Operation::MishLayer;

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        mish(input, output);
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
            mish_back(input, dout, dinput);
        }
    }
}

/// `t` and `s` of the documentation of [`Mish`]. With `e = exp(-|x|)`, which cannot overflow:
///
/// ```text
/// x ≤ 0:  t = e (e + 2) / d,    s = 4 e (1 + e) / d²,    d = e² + 2e + 2
/// x > 0:  t = (1 + 2e) / d,     s = 4 e² (1 + e) / d²,   d = 1 + 2e + 2e²
/// ```
#[inline(always)]
fn gate<T: Scalar>(x: T) -> (T, T) {
    let (one, two, four) = (T::one(), T::from_f64(2.0), T::from_f64(4.0));
    let e = (-x.abs()).exponential();
    let is_positive = x > T::zero();
    let divisor = if is_positive { one + two * e + two * e * e } else { e * e + two * e + two };
    let t = if is_positive { one + two * e } else { e * (e + two) };
    let s = if is_positive { e * e } else { e };
    (t / divisor, four * s * (one + e) / (divisor * divisor))
}

vectorised! {
    /// `y = x t`.
    fn mish<T: Scalar>(input: &[T], output: &mut [T]) {
        for (&x, y) in input.iter().zip(output) {
            *y = x * gate(x).0;
        }
    }
}

vectorised! {
    /// `dx = dy (t + x s)`.
    fn mish_back<T: Scalar>(input: &[T], dout: &[T], dinput: &mut [T]) {
        for ((&x, &dy), dx) in input.iter().zip(dout).zip(dinput) {
            let (t, s) = gate(x);
            *dx = dy * (t + x * s);
        }
    }
}
