use super::activation::{Activation, Sloped};
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{sigmoids, sigmoids_with_slopes};

/// The sigmoid function (section 5.5.2 of the book).
///
/// ```text
/// forward:   y = 1 / (1 + e⁻ˣ)
/// backward:  dx = dy · y · (1 - y)
/// ```
///
/// The exponential is only computed for numbers that are not positive. It cannot overflow, and
/// small results keep their digits. Where `y` is close to 1, the digits of `1 - y` are lost: the
/// error of `backward` is at most half a unit in the last place of 1, and its result is 0 where `y`
/// is 1. A network in which this layer is declared as `Sigmoid` saves `e / (1 + e)²` instead, with
/// `e = exp(-|x|)`, which is accurate to all digits.
///
/// ```
/// use chainrule::layers::{Activation, Sigmoid};
///
/// let mut values = [0.0, -1000.0, 1000.0, -700.0];
/// Sigmoid.forward(&mut values);
/// assert_eq!(values, [0.5, 0.0, 1.0, f64::exp(-700.0)]);
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sigmoid;

impl<T: Scalar> Activation<T> for Sigmoid {
    fn forward(&self, values: &mut [T]) {
        sigmoids(values);
    }

    #[inline(never)]
    fn backward(&self, output: &[T], dout: &mut [T]) {
        assert_eq!(output.len(), dout.len(), "the derivatives of a Sigmoid");
        for (d, &y) in dout.iter_mut().zip(output) {
            *d *= y * (T::one() - y);
        }
    }
}

impl<T: Scalar> Sloped<T> for Sigmoid {
    fn forward_sloped(&self, values: &mut [T], slopes: &mut [T]) {
        assert_eq!(values.len(), slopes.len(), "the derivatives of a Sigmoid");
        sigmoids_with_slopes(values, slopes);
    }
}

instantiate!(&(dyn Activation<T> + Sync) = &Sigmoid);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the derivatives of a Sigmoid")]
    fn derivatives_of_another_length_are_rejected() {
        Sigmoid.backward(&[1.0, 0.5], &mut [1.0]);
    }
}
