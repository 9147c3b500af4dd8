use super::loss::{Loss, checked_outputs, rows};
use super::targets::Targets;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum_of;

/// The identity and Huber's loss (Huber, 1964): half the squared error up to `δ`, and linear beyond
/// it, which limits the influence of outliers.
///
/// For outputs `y` and targets `t` (both `B × O`), `e = y - t`:
///
/// ```text
/// L   = 1/B Σᵢⱼ h(eᵢⱼ),   h(e) = e²/2 if |e| ≤ δ,   δ (|e| - δ/2) elsewhere
/// dy  = dout · e / B  where |e| ≤ δ,   ± dout · δ / B elsewhere
/// ```
///
/// Like all losses here, it is summed over the outputs. It is therefore `O` times PyTorch's
/// `HuberLoss`, which is the mean over outputs and samples. With a `δ` larger than all errors, it
/// equals [`IdentityWithLoss`](super::IdentityWithLoss).
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
/// `forward` and `backward` panic on [`Targets::Labels`], because classes have no distance. A
/// network rejects labels at compile time. Both also panic on slices that do not match, see
/// [`Loss`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    delta: f64,
}

impl Huber {
    /// Creates a loss that is linear for errors above `delta`.
    ///
    /// # Panics
    ///
    /// If `delta` is not positive and finite, also when rounded to `f32`. In a constant, this is a
    /// compile-time error.
    #[track_caller]
    pub const fn new(delta: f64) -> Huber {
        assert!(
            delta as f32 > 0.0 && (delta as f32).is_finite(),
            "expected a delta above 0, for example `1.0`"
        );
        Huber { delta }
    }

    /// The error above which the loss is linear.
    pub const fn delta(&self) -> f64 {
        self.delta
    }
}

/// A `delta` of 1.
impl Default for Huber {
    fn default() -> Huber {
        Huber::new(1.0)
    }
}

#[diagnostic::do_not_recommend]
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
            // In f64, the difference of large f32 numbers does not overflow.
            let error = y.as_f64() - t.as_f64();
            // `max` and `min` would replace NaN by a number.
            let capped = if error > delta { delta } else { error };
            *y = T::from_f64(if capped < -delta { -delta } else { capped } * scale);
        }
    }

    #[inline(never)]
    fn is_valid_target(&self, _row: &[T]) -> bool {
        true
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &Huber::new(1.0));
