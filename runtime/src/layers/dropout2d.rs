use super::activation::Activation;
use super::dropout::Dropout;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// Drops random channels of images during training, a different set for every sample (Tompson et al.,
/// 2015). Adjacent places of a channel are much alike, so dropping single numbers would hide little.
/// The remaining channels are scaled up:
///
/// ```text
/// training:  y = 0 for a whole channel with probability ratio,   x / (1 - ratio) otherwise
/// backward:  dx = 0 where x was left out,                        dy / (1 - ratio) elsewhere
/// else:      y = x
/// ```
///
/// As PyTorch's `Dropout2d`, and `Dropout1d` for signals. Apart from the channels it is
/// [`Dropout`]: a dropped number becomes -0.0, each draw of the generator decides two channels, and
/// dropped NaN and infinite values become NaN.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::layers::{Activation, Dropout2d};
///
/// // Images of 2×2 places.
/// const DROPOUT: Dropout2d = Dropout2d::new(0.5).over(4);
/// let mut values = [1.0; 32];
/// DROPOUT.forward_training(&mut values, &mut Rng::seed(0));
/// assert!(values.chunks(4).all(|channel| channel == [0.0; 4] || channel == [2.0; 4]));
/// ```
///
/// # Panics
///
/// `backward` panics if `output` and `dout` are not of the same length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout2d {
    each: Dropout,
    area: usize,
}

impl Dropout2d {
    /// Creates a dropout that drops each channel with probability `ratio`. Channels have one number
    /// until [`over`](Dropout2d::over) is called.
    ///
    /// # Panics
    ///
    /// If `ratio` is not in `[0, 1)`. In a constant, this is a compile-time error.
    #[track_caller]
    pub const fn new(ratio: f64) -> Dropout2d {
        Dropout2d { each: Dropout::new(ratio), area: 1 }
    }

    /// The same for channels of `area` numbers, height times width.
    ///
    /// # Panics
    ///
    /// If `area` is 0.
    #[track_caller]
    pub const fn over(self, area: usize) -> Dropout2d {
        assert!(area > 0, "expected channels of at least one number");
        Dropout2d { area, ..self }
    }

    /// The probability that a channel is dropped.
    pub const fn ratio(&self) -> f64 {
        self.each.ratio()
    }
}

impl<T: Scalar> Activation<T> for Dropout2d {
    fn forward(&self, _values: &mut [T]) {}

    #[inline(never)]
    fn forward_training(&self, values: &mut [T], rng: &mut Rng) {
        for pair in values.chunks_mut(2 * self.area) {
            let mut kept = [T::one(); 2];
            self.each.forward_training(&mut kept, rng);
            for (channel, kept) in pair.chunks_mut(self.area).zip(kept) {
                self.each.drop_or_scale(channel, kept == T::zero());
            }
        }
    }

    #[inline(never)]
    fn backward(&self, output: &[T], dout: &mut [T]) {
        self.each.backward(output, dout);
    }
}

instantiate!(&(dyn Activation<T> + Sync) = &Dropout2d::new(0.5));
