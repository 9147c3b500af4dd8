use super::activation::Activation;
use crate::kernels::scalar::Scalar;
use crate::kernels::{relu, relu_where};

/// The rectified linear unit (section 5.5.1 of the book), which sets negative numbers to 0.
///
/// ```text
/// forward:   y = x   if x > 0,   0 if x ≤ 0
/// backward:  dx = dy if x > 0,   0 if x ≤ 0     (the derivative at 0 is 0)
/// ```
///
/// `x > 0` exactly where `y > 0`, so the output serves as the mask. NaN is propagated to the
/// output.
///
/// ```
/// use chainrule::layers::{Activation, Relu};
///
/// let mut values = [1.0, -0.5, -2.0, 3.0];
/// Relu.forward(&mut values);
/// assert_eq!(values, [1.0, 0.0, 0.0, 3.0]);
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu;

impl<T: Scalar> Activation<T> for Relu {
    fn forward(&self, values: &mut [T]) {
        relu(values);
    }

    fn backward(&self, output: &[T], dout: &mut [T]) {
        assert_eq!(output.len(), dout.len(), "the derivatives of a Relu");
        relu_where(output, dout);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the derivatives of a Relu")]
    fn derivatives_of_another_length_are_rejected() {
        Relu.backward(&[1.0, 0.5], &mut [1.0]);
    }
}
