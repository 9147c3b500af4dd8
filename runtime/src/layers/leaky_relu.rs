use super::activation::Activation;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;

/// A ReLU with a small slope for negative numbers (Maas et al., 2013), so that a unit whose inputs
/// are all negative still receives a gradient.
///
/// ```text
/// forward:   y = x if x > 0,    slope · x if x ≤ 0
/// backward:  dx = dy if y > 0,  slope · dy if y ≤ 0
/// ```
///
/// NaN is propagated to the output.
///
/// ```
/// use chainrule::layers::{Activation, LeakyRelu};
///
/// const LEAKY: LeakyRelu = LeakyRelu::new(0.25);
/// let mut values = [2.0, -2.0];
/// LEAKY.forward(&mut values);
/// assert_eq!(values, [2.0, -0.5]);
/// assert_eq!(LeakyRelu::default(), LeakyRelu::new(0.01));
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeakyRelu {
    slope: f64,
}

impl LeakyRelu {
    /// The one without a setting.
    pub const DEFAULT: LeakyRelu = LeakyRelu::new(0.01);

    /// Creates a leaky ReLU with this slope below 0.
    ///
    /// # Panics
    ///
    /// If `slope` is not in `[0, 1]`. In a constant, this is a compile-time error.
    #[track_caller]
    pub const fn new(slope: f64) -> LeakyRelu {
        assert!(slope >= 0.0 && slope <= 1.0, "expected a slope from 0 to 1, for example `0.01`");
        LeakyRelu { slope }
    }

    /// The slope below 0.
    pub const fn slope(&self) -> f64 {
        self.slope
    }
}

/// A slope of 0.01.
impl Default for LeakyRelu {
    fn default() -> LeakyRelu {
        LeakyRelu::DEFAULT
    }
}

impl<T: Scalar> Activation<T> for LeakyRelu {
    #[inline(never)]
    fn forward(&self, values: &mut [T]) {
        let slope = T::from_f64(self.slope);
        for x in values {
            *x = if *x > T::zero() { *x } else { slope * *x };
        }
    }

    #[inline(never)]
    fn backward(&self, output: &[T], dout: &mut [T]) {
        assert_eq!(output.len(), dout.len(), "the derivatives of a LeakyRelu");
        let slope = T::from_f64(self.slope);
        for (d, &y) in dout.iter_mut().zip(output) {
            *d = if y > T::zero() { *d } else { slope * *d };
        }
    }
}

instantiate!(&(dyn Activation<T> + Sync) = &LeakyRelu::new(0.01));
