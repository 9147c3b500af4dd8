// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::activation::Activation;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// Drops random values during training, a different set for every batch, so that units do not rely
/// on each other (section 6.4.3 of the book; Srivastava et al., 2014). The remaining values are
/// scaled up, which keeps the expected sums unchanged. Inference needs no scaling ("inverted"
/// dropout):
///
/// ```text
/// training:  y = 0 with probability ratio,   x / (1 - ratio) otherwise
/// backward:  dx = 0 where x was left out,    dy / (1 - ratio) elsewhere
/// else:      y = x
/// ```
///
/// Training uses `forward_training` followed by `backward`. `forward` is for inference and does
/// nothing.
///
/// A dropped value becomes -0.0, and no other value does, so that `backward` can recover the mask
/// from the output. Each draw of the generator decides two values by 32 bits each, so the ratio is
/// exact to 2⁻³³. The same values are dropped in `f32` and `f64`, and on every machine. Dropped NaN
/// and infinite values become NaN, so that they do not go unnoticed.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::layers::{Activation, Dropout};
///
/// const DROPOUT: Dropout = Dropout::new(0.5);
/// let mut values = [1.0; 8];
/// DROPOUT.forward_training(&mut values, &mut Rng::seed(0));
/// assert!(values.contains(&0.0) && values.contains(&2.0));
///
/// let mut dout = [10.0; 8];
/// DROPOUT.backward(&values, &mut dout);
/// assert_eq!(dout, values.map(|y| 10.0 * y));
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    ratio: f64,
}

impl Dropout {
    /// Creates a dropout that drops each value with probability `ratio`.
    ///
    /// # Panics
    ///
    /// If `ratio` is not in `[0, 1)`. In a constant, this is a compile-time error.
    #[track_caller]
    pub const fn new(ratio: f64) -> Dropout {
        assert!(
            ratio >= 0.0 && ratio < 1.0,
            "expected a dropout ratio of at least 0 and below 1, for example `0.5`"
        );
        Dropout { ratio }
    }

    /// The probability that a value is dropped.
    pub const fn ratio(&self) -> f64 {
        self.ratio
    }

    /// The factor of the values that are not dropped.
    fn scale<T: Scalar>(&self) -> T {
        T::from_f64(1.0 / (1.0 - self.ratio))
    }

    /// Drops all `values`, or scales them up.
    pub(super) fn drop_or_scale<T: Scalar>(&self, values: &mut [T], is_dropped: bool) {
        let scale = self.scale();
        for x in values {
            *x = if is_dropped { dropped(*x) } else { kept(*x, scale) };
        }
    }
}

/// -0.0, or NaN for NaN and infinities.
fn dropped<T: Scalar>(x: T) -> T {
    -(x.abs() * T::zero())
}

/// A value that is not dropped. Adding 0 turns -0 into 0 and leaves other values unchanged.
fn kept<T: Scalar>(x: T, scale: T) -> T {
    x * scale + T::zero()
}

/// A ratio of 0.5.
impl Default for Dropout {
    fn default() -> Dropout {
        Dropout::new(0.5)
    }
}

impl<T: Scalar> Activation<T> for Dropout {
    fn forward(&self, _values: &mut [T]) {}

    #[inline(never)]
    fn forward_training(&self, values: &mut [T], rng: &mut Rng) {
        let scale = self.scale::<T>();
        // How many of the 2³² numbers drop a value.
        let left_out = (self.ratio * 2.0_f64.powi(32)).round() as u64;
        for pair in values.chunks_mut(2) {
            let bits = rng.bits();
            for (x, bits) in pair.iter_mut().zip([bits & 0xffff_ffff, bits >> 32]) {
                *x = if bits < left_out { dropped(*x) } else { kept(*x, scale) };
            }
        }
    }

    #[inline(never)]
    fn backward(&self, output: &[T], dout: &mut [T]) {
        assert_eq!(output.len(), dout.len(), "the derivatives of a Dropout");
        let scale = self.scale::<T>();
        for (d, &y) in dout.iter_mut().zip(output) {
            let was_left_out = y == T::zero() && y.is_sign_negative();
            *d = if was_left_out { T::zero() } else { *d * scale };
        }
    }
}

instantiate!(&(dyn Activation<T> + Sync) = &Dropout::new(0.5));
