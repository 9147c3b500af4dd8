use super::activation::Activation;
use crate::kernels::compiled_here;
use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// Leaves out a part of the values while training, drawn anew for every batch, so
/// that no unit comes to rely on another (section 6.4.3 of the book; Srivastava
/// et al., 2014). What is left is scaled up, so that sums stay what they are on
/// average, and nothing is to be done afterwards ("inverted" dropout):
///
/// ```text
/// training:  y = 0 with probability ratio,   x / (1 - ratio) otherwise
/// backward:  dx = 0 where x was left out,    dy / (1 - ratio) elsewhere
/// else:      y = x
/// ```
///
/// `forward_training` followed by `backward` is the pair of training; `forward`
/// is for afterwards, and does nothing.
///
/// A value that was left out becomes -0.0, and no other does, so that the output
/// tells `backward` exactly which were. Each draw of the generator decides two
/// values by 32 bits each: the ratio is met to 2⁻³³. The same values are left out
/// in `f32` and in `f64`, and on every machine. NaN and infinity become NaN where
/// they are left out: they do not go unnoticed.
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
    /// Leaves out a value with probability `ratio`.
    ///
    /// # Panics
    ///
    /// If `ratio` is not in `[0, 1)`; in a constant, while compiling.
    #[track_caller]
    pub const fn new(ratio: f64) -> Dropout {
        assert!(
            ratio >= 0.0 && ratio < 1.0,
            "the ratio of a Dropout, the part that is left out, is 0 or above and below 1"
        );
        Dropout { ratio }
    }

    /// The probability of a value to be left out.
    pub const fn ratio(&self) -> f64 {
        self.ratio
    }

    /// What a value that is not left out is multiplied by.
    fn scale<T: Scalar>(&self) -> T {
        T::from_f64(1.0 / (1.0 - self.ratio))
    }
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
        // Of 2³² numbers so many are below it.
        let left_out = (self.ratio * 2.0_f64.powi(32)).round() as u64;
        for pair in values.chunks_mut(2) {
            let bits = rng.bits();
            for (x, bits) in pair.iter_mut().zip([bits & 0xffff_ffff, bits >> 32]) {
                *x = if bits < left_out {
                    -(x.abs() * T::zero())
                } else {
                    // Adding 0 turns -0 into 0, and changes nothing else.
                    *x * scale + T::zero()
                };
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

compiled_here!(&(dyn Activation<T> + Sync) = &Dropout::new(0.5));
