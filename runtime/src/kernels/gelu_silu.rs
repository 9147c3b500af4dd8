//! Gated activations, `y = x p(x)` with `p` between 0 and 1.

use super::elementwise::vectorised;
use super::threads::in_pieces;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

/// `y = x Φ(x)`, where `Φ` is the distribution function of the standard normal distribution.
#[inline(never)]
pub(crate) fn gelu<T: Scalar>(input: &[T], output: &mut [T]) {
    in_pieces(output, [input], &|output, [input]| gelu_piece(input, output));
}

/// `dx = dy (Φ(x) + x φ(x))`, where `φ = Φ′`.
#[inline(never)]
pub(crate) fn gelu_back<T: Scalar>(input: &[T], dout: &[T], dinput: &mut [T]) {
    in_pieces(dinput, [input, dout], &|dinput, [input, dout]| {
        gelu_back_piece(input, dout, dinput);
    });
}

instantiate!(fn(&[T], &mut [T]) = gelu::<T>);
instantiate!(fn(&[T], &[T], &mut [T]) = gelu_back::<T>);

vectorised! {
    fn gelu_piece<T: Scalar>(input: &[T], output: &mut [T]) {
        for (&x, y) in input.iter().zip(output) {
            *y = x * x.normal().0;
        }
    }
}

vectorised! {
    fn gelu_back_piece<T: Scalar>(input: &[T], dout: &[T], dinput: &mut [T]) {
        for ((&x, &dy), dx) in input.iter().zip(dout).zip(dinput) {
            let (below, density) = x.normal();
            *dx = dy * (below + x * density);
        }
    }
}

/// `σ(x)` and `1 - σ(x) = σ(-x)`, both accurate to all digits. The exponential is only computed for
/// numbers that are not positive.
#[inline(always)]
fn sigmoids<T: Scalar>(x: T) -> (T, T) {
    let exp = (-x.abs()).exponential();
    let (large, small) = (T::one() / (T::one() + exp), exp / (T::one() + exp));
    if x > T::zero() { (large, small) } else { (small, large) }
}

vectorised! {
    /// `y = x σ(x)`.
    fn silu<T: Scalar>(input: &[T], output: &mut [T]) {
        for (&x, y) in input.iter().zip(output) {
            *y = x * sigmoids(x).0;
        }
    }
}

vectorised! {
    /// `dx = dy σ(x) (1 + x (1 - σ(x)))`.
    fn silu_back<T: Scalar>(input: &[T], dout: &[T], dinput: &mut [T]) {
        for ((&x, &dy), dx) in input.iter().zip(dout).zip(dinput) {
            let (sigmoid, rest) = sigmoids(x);
            *dx = dy * (sigmoid * (T::one() + x * rest));
        }
    }
}
