use super::activation::{Activation, Sloped};
use crate::kernels::scalar::Scalar;
use crate::kernels::{hyperbolic_tangents, instantiate, tanh_slopes};

/// The hyperbolic tangent: a sigmoid between -1 and 1, whose outputs are centered around 0 (LeCun
/// et al., 1998, "Efficient BackProp").
///
/// ```text
/// forward:   y = tanh x
/// backward:  dx = dy · (1 - y) · (1 + y)
/// ```
///
/// NaN is propagated to the output. Where `y` is close to ±1, digits of the derivative are lost:
/// the error of `backward` is at most a unit in the last place of 1, and its result is 0 where `y`
/// is ±1. A network in which this layer is declared as `Tanh` saves `4 e / (1 + e)²` instead, with
/// `e = exp(-2 |x|)`, which is accurate to all digits.
///
/// ```
/// use chainrule::layers::{Activation, Tanh};
///
/// let mut values = [0.0, 1.0, -1.0, 1e4];
/// Tanh.forward(&mut values);
/// assert_eq!(values, [0.0, f64::tanh(1.0), -f64::tanh(1.0), 1.0]);
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tanh;

impl<T: Scalar> Activation<T> for Tanh {
    fn forward(&self, values: &mut [T]) {
        hyperbolic_tangents(values);
    }

    #[inline(never)]
    fn backward(&self, output: &[T], dout: &mut [T]) {
        assert_eq!(output.len(), dout.len(), "the derivatives of a Tanh");
        for (d, &y) in dout.iter_mut().zip(output) {
            // 1 - y² would round the square, whereas 1 - y is exact.
            *d *= (T::one() - y) * (T::one() + y);
        }
    }
}

impl<T: Scalar> Sloped<T> for Tanh {
    fn forward_sloped(&self, values: &mut [T], slopes: &mut [T]) {
        assert_eq!(values.len(), slopes.len(), "the derivatives of a Tanh");
        tanh_slopes(values, slopes);
        self.forward(values);
    }
}

instantiate!(&(dyn Activation<T> + Sync) = &Tanh);
