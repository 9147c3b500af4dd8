use super::loss::{Loss, Targets, checked_outputs, rows};
use crate::kernels::compiled_here;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum_of;

/// The identity and Huber's loss (Huber, 1964): half the squared error up to `δ`, and
/// a straight line beyond, so that single samples that are far off do not count for
/// too much.
///
/// For outputs `y` and targets `t` (both `B × O`), `e = y - t`:
///
/// ```text
/// L   = 1/B Σᵢⱼ h(eᵢⱼ),   h(e) = e²/2 if |e| ≤ δ,   δ (|e| - δ/2) elsewhere
/// dy  = dout · e / B  where |e| ≤ δ,   ± dout · δ / B elsewhere
/// ```
///
/// As all losses here it is the sum over the outputs: `O` times PyTorch's
/// `HuberLoss`, which is the mean over outputs and samples. With `δ` beyond all errors
/// it is [`IdentityWithLoss`](super::IdentityWithLoss).
///
/// ```
/// use chainrule::losses::{Huber, Loss, Targets};
///
/// const HUBER: Huber = Huber::new(2.0);
/// let mut values = [1.0, 10.0];
/// let targets = Targets::Rows(&[0.0, 0.0]);
/// assert_eq!(HUBER.forward(&mut values, targets, 1), 0.5 + 2.0 * 9.0);
/// HUBER.backward(&mut values, targets, 1, 1.0);
/// assert_eq!(values, [1.0, 2.0]);
/// assert_eq!(Huber::default(), Huber::new(1.0));
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on [`Targets::Labels`]: a number can be far
/// from another, a class cannot. A network refuses them at compile time. They
/// also panic on slices that do not fit, as [`Loss`] says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    delta: f64,
}

impl Huber {
    /// With the line from an error of `delta` on.
    ///
    /// # Panics
    ///
    /// If `delta` is not above 0 and finite, also when rounded to `f32`; in a
    /// constant, while compiling.
    #[track_caller]
    pub const fn new(delta: f64) -> Huber {
        assert!(
            delta as f32 > 0.0 && (delta as f32).is_finite(),
            "the delta of a Huber loss is a number above 0, 1.0 for instance"
        );
        Huber { delta }
    }

    /// The error from which on the loss is a straight line.
    pub const fn delta(&self) -> f64 {
        self.delta
    }
}

/// A delta of 1.
impl Default for Huber {
    fn default() -> Huber {
        Huber::new(1.0)
    }
}

impl<T: Scalar> Loss<T> for Huber {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        checked_outputs(values, targets, batch);
        let (targets, delta) = (rows(targets, "Huber"), self.delta);
        let losses = sum_of(values.len(), |at| {
            let error = (values[at].as_f64() - targets[at].as_f64()).abs();
            if error > delta { delta * (error - delta / 2.0) } else { error * error / 2.0 }
        });
        T::from_f64(losses / batch as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        checked_outputs(values, targets, batch);
        let (delta, scale) = (self.delta, dout.as_f64() / batch as f64);
        for (y, &t) in values.iter_mut().zip(rows(targets, "Huber")) {
            // In f64 the difference of large numbers of f32 does not overflow.
            let error = y.as_f64() - t.as_f64();
            // Not `max` and `min`, which would turn NaN into a number.
            let capped = if error > delta { delta } else { error };
            *y = T::from_f64(if capped < -delta { -delta } else { capped } * scale);
        }
    }

    #[inline(never)]
    fn accepts(&self, _row: &[T]) -> bool {
        true
    }
}

compiled_here!(&(dyn Loss<T> + Sync) = &Huber::new(1.0));
