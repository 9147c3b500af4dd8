use super::activation::Activation;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;

/// A piecewise linear approximation of the hyperbolic tangent (Collobert, 2004).
///
/// ```text
/// forward:   y = -1 if x < -1,   x if -1 ≤ x ≤ 1,   1 if x > 1
/// backward:  dx = dy if -1 < y < 1,   0 elsewhere
/// ```
///
/// At the kinks, where `x` is ±1, the derivative is 0, as in PyTorch. NaN is propagated to the
/// output.
///
/// ```
/// use chainrule::layers::{Activation, HardTanh};
///
/// let mut values = [-3.0, -0.5, 0.25, 1e4];
/// HardTanh.forward(&mut values);
/// assert_eq!(values, [-1.0, -0.5, 0.25, 1.0]);
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardTanh;

impl<T: Scalar> Activation<T> for HardTanh {
    #[inline(never)]
    fn forward(&self, values: &mut [T]) {
        for x in values {
            // `max` and `min` would replace NaN by a number.
            let capped = if *x > T::one() { T::one() } else { *x };
            *x = if capped < -T::one() { -T::one() } else { capped };
        }
    }

    #[inline(never)]
    fn backward(&self, output: &[T], dout: &mut [T]) {
        assert_eq!(output.len(), dout.len(), "the derivatives of a HardTanh");
        for (d, &y) in dout.iter_mut().zip(output) {
            *d = if y.abs() >= T::one() { T::zero() } else { *d };
        }
    }
}

instantiate!(&(dyn Activation<T> + Sync) = &HardTanh);
