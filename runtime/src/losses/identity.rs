use super::loss::{Loss, checked_outputs, rows};
use super::targets::Targets;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum_of;

/// The identity and half the squared error, which the book combines for regression (section 5.6.3).
///
/// For outputs `y` and targets `t` (both `B × O`):
///
/// ```text
/// L   = 1/(2B) Σᵢⱼ (yᵢⱼ - tᵢⱼ)²
/// dy  = dout · (y - t) / B
/// ```
///
/// ```
/// use chainrule::losses::{IdentityWithLoss, Loss, Targets};
///
/// let mut values = [1.0, 2.0, 3.0, 5.0];
/// let targets = Targets::Rows(&[1.0, 4.0, 3.0, 4.0]);
/// assert_eq!(IdentityWithLoss.forward(&mut values, targets, 2), 1.25);
/// IdentityWithLoss.backward(&mut values, targets, 2, 1.0);
/// assert_eq!(values, [0.0, -1.0, 0.0, 0.5]);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on [`Targets::Labels`], because classes have no distance. A
/// network rejects labels at compile time. Both also panic on slices that do not match, see
/// [`Loss`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdentityWithLoss;

#[diagnostic::do_not_recommend]
impl<T: Scalar> Loss<T> for IdentityWithLoss {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        checked_outputs(values, targets, batch);
        let targets = rows(targets, "IdentityWithLoss");
        let squares = sum_of(values.len(), |at| {
            let error = values[at].as_f64() - targets[at].as_f64();
            error * error
        });
        T::from_f64(squares / (2.0 * batch as f64))
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        checked_outputs(values, targets, batch);
        let scale = dout.as_f64() / batch as f64;
        for (y, &t) in values.iter_mut().zip(rows(targets, "IdentityWithLoss")) {
            // In f64, the difference of large f32 numbers does not overflow.
            *y = T::from_f64((y.as_f64() - t.as_f64()) * scale);
        }
    }

    #[inline(never)]
    fn is_valid_target(&self, _row: &[T]) -> bool {
        true
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &IdentityWithLoss);
