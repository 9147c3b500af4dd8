use super::activation::Activation;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;

/// A smooth approximation of ReLU (Dugas et al., 2001). Its outputs are positive, as required of a
/// variance or a rate.
///
/// ```text
/// forward:   y = ln(1 + eˣ)  =  max(x, 0) + ln(1 + e⁻ᵃ),   a = |x|
/// backward:  dx = dy · (1 - e⁻ʸ)
/// ```
///
/// In the second form the exponential cannot overflow, and small results keep their digits.
/// PyTorch's `softplus` returns `x` above 20, where its error is 2e-9. NaN is propagated to the
/// output.
///
/// ```
/// use chainrule::layers::{Activation, Softplus};
///
/// let mut values = [0.0, 1e4, -700.0];
/// Softplus.forward(&mut values);
/// assert_eq!(values, [f64::ln(2.0), 1e4, f64::exp(-700.0)]);
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softplus;

impl<T: Scalar> Activation<T> for Softplus {
    #[inline(never)]
    fn forward(&self, values: &mut [T]) {
        for x in values {
            let positive = if *x > T::zero() { *x } else { T::zero() };
            *x = positive + (-x.abs()).exp().ln_1p();
        }
    }

    #[inline(never)]
    fn backward(&self, output: &[T], dout: &mut [T]) {
        assert_eq!(output.len(), dout.len(), "the derivatives of a Softplus");
        for (d, &y) in dout.iter_mut().zip(output) {
            *d *= -(-y).exp_m1();
        }
    }
}

instantiate!(&(dyn Activation<T> + Sync) = &Softplus);
