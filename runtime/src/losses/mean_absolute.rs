use super::loss::{Loss, checked_outputs, rows};
use super::targets::Targets;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum_of;

/// The identity and the absolute error, also called L1 loss. Its minimum is the median of the
/// targets, which outliers do not move.
///
/// For outputs `y` and targets `t` (both `B × O`):
///
/// ```text
/// L   = 1/B Σᵢⱼ |yᵢⱼ - tᵢⱼ|
/// dy  = ± dout / B,   0 where y = t
/// ```
///
/// Like all losses for numbers here, it is summed over the outputs. It is therefore `O` times
/// PyTorch's `L1Loss`, which is the mean over outputs and samples.
///
/// ```
/// use chainrule::losses::{Loss, MeanAbsolute, Targets};
///
/// let mut values = [1.0, 2.0, 3.0, 5.0];
/// let targets = Targets::Rows(&[1.0, 4.0, 3.0, 4.0]);
/// assert_eq!(MeanAbsolute.forward(&mut values, targets, 2), 1.5);
/// MeanAbsolute.backward(&mut values, targets, 2, 1.0);
/// assert_eq!(values, [0.0, -0.5, 0.0, 0.5]);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on [`Targets::Labels`], because classes have no distance. A
/// network rejects labels at compile time. Both also panic on slices that do not match, see
/// [`Loss`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanAbsolute;

#[diagnostic::do_not_recommend]
impl<T: Scalar> Loss<T> for MeanAbsolute {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        checked_outputs(values, targets, batch);
        let targets = rows(targets, "MeanAbsolute");
        let errors = sum_of(values.len(), |at| (values[at].as_f64() - targets[at].as_f64()).abs());
        T::from_f64(errors / batch as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        checked_outputs(values, targets, batch);
        let scale = dout / T::from_f64(batch as f64);
        for (y, &t) in values.iter_mut().zip(rows(targets, "MeanAbsolute")) {
            *y = match (*y > t, *y < t) {
                (true, _) => scale,
                (_, true) => -scale,
                _ if *y == t => T::zero(),
                _ => T::nan(),
            };
        }
    }

    #[inline(never)]
    fn is_valid_target(&self, _row: &[T]) -> bool {
        true
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &MeanAbsolute);
