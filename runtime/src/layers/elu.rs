use super::activation::{Activation, Sloped};
use crate::kernels::elu_slopes;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;

/// The exponential linear unit (Clevert et al., 2016): a ReLU that continues smoothly below 0, down
/// to `-alpha`.
///
/// ```text
/// forward:   y = x if x > 0,    alpha · (eˣ - 1) if x ≤ 0
/// backward:  dx = dy if y > 0,  dy · (y + alpha) if y ≤ 0
/// ```
///
/// NaN is propagated to the output. Close to `-alpha`, `y` has lost digits of the derivative: the
/// error of `backward` is half a unit in the last place of `alpha`, and its result is 0 where `y`
/// is `-alpha`. A network in which this layer is declared as `Elu` saves `alpha · eˣ` instead,
/// which is accurate to all digits.
///
/// ```
/// use chainrule::layers::{Activation, Elu};
///
/// const ELU: Elu = Elu::new(2.0);
/// let mut values = [3.0, 0.0, -1e4];
/// ELU.forward(&mut values);
/// assert_eq!(values, [3.0, 0.0, -2.0]);
/// assert_eq!(Elu::default(), Elu::new(1.0));
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elu {
    alpha: f64,
}

impl Elu {
    /// The one without a setting.
    pub const DEFAULT: Elu = Elu::new(1.0);

    /// Creates an ELU with outputs above `-alpha`.
    ///
    /// # Panics
    ///
    /// If `alpha` is not positive and finite, also when rounded to `f32`. In a constant, this is a
    /// compile-time error.
    #[track_caller]
    pub const fn new(alpha: f64) -> Elu {
        assert!(
            alpha as f32 > 0.0 && (alpha as f32).is_finite(),
            "expected an alpha above 0, for example `1.0`"
        );
        Elu { alpha }
    }

    /// The distance of the lower bound of the outputs from 0.
    pub const fn alpha(&self) -> f64 {
        self.alpha
    }
}

/// An `alpha` of 1, with which the derivative is continuous at 0.
impl Default for Elu {
    fn default() -> Elu {
        Elu::DEFAULT
    }
}

impl<T: Scalar> Activation<T> for Elu {
    #[inline(never)]
    fn forward(&self, values: &mut [T]) {
        let alpha = T::from_f64(self.alpha);
        for x in values {
            *x = if *x > T::zero() { *x } else { alpha * x.exp_m1() };
        }
    }

    #[inline(never)]
    fn backward(&self, output: &[T], dout: &mut [T]) {
        assert_eq!(output.len(), dout.len(), "the derivatives of an Elu");
        let alpha = T::from_f64(self.alpha);
        for (d, &y) in dout.iter_mut().zip(output) {
            *d *= if y > T::zero() { T::one() } else { y + alpha };
        }
    }
}

impl<T: Scalar> Sloped<T> for Elu {
    fn forward_sloped(&self, values: &mut [T], slopes: &mut [T]) {
        assert_eq!(values.len(), slopes.len(), "the derivatives of an Elu");
        elu_slopes(values, T::from_f64(self.alpha), slopes);
        self.forward(values);
    }
}

instantiate!(&(dyn Activation<T> + Sync) = &Elu::new(1.0));
