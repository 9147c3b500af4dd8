//! Derivatives of activations whose outputs come so close to a bound that they lose the digits of
//! the derivatives. They are computed from the inputs, accurate to the digits of the type for
//! normal numbers.

use super::elementwise::vectorised;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

vectorised! {
    /// Replaces each `x` by `σ(x) = 1 / (1 + e⁻ˣ)`, and writes `σ′(x)` to `slopes`. With
    /// `e = exp(-|x|)`, it is `e / (1 + e)²`.
    fn sigmoids_with_slopes<T: Scalar>(values: &mut [T], slopes: &mut [T]) {
        for (x, slope) in values.iter_mut().zip(slopes) {
            let exponential = (-x.abs()).exponential();
            let numerator = if *x < T::zero() { exponential } else { T::one() };
            let denominator = T::one() + exponential;
            *x = numerator / denominator;
            *slope = exponential / (denominator * denominator);
        }
    }
}

vectorised! {
    /// `tanh′(x) = 4 e / (1 + e)²` for each input, with `e = exp(-2 |x|)`.
    fn tanh_slopes<T: Scalar>(input: &[T], slopes: &mut [T]) {
        let (two, four) = (T::from_f64(2.0), T::from_f64(4.0));
        for (&x, slope) in input.iter().zip(slopes) {
            let exponential = (-two * x.abs()).exponential();
            let denominator = T::one() + exponential;
            *slope = four * exponential / (denominator * denominator);
        }
    }
}

vectorised! {
    /// 1 for each positive input, `α eˣ` for the others.
    fn elu_slopes<T: Scalar>(input: &[T], alpha: T, slopes: &mut [T]) {
        for (&x, slope) in input.iter().zip(slopes) {
            *slope = if x > T::zero() { T::one() } else { alpha * x.exponential() };
        }
    }
}
