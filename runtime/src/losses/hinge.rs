use super::loss::{ClassLoss, Loss, checked_outputs};
use super::targets::Targets;
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;

/// The hinge loss of several classes (Crammer and Singer, 2001; with a sum instead of a maximum,
/// Weston and Watkins, 1999), as in a support vector machine. The score of the correct class should
/// exceed each other score by a margin of 1. Scores beyond the margin add nothing.
///
/// For scores `x` (`B × O`) and the class `c` of each sample:
///
/// ```text
/// L    = 1/(B O) Σᵢ Σⱼ≠c max(0, 1 - xᵢ꜀ + xᵢⱼ)
/// dxⱼ  = dout / (B O)  where 1 - xᵢ꜀ + xᵢⱼ > 0,   0 elsewhere
/// dx꜀  = -Σⱼ≠c dxⱼ
/// ```
///
/// It equals PyTorch's `MultiMarginLoss` with its defaults, which divides by the number of classes
/// too. Targets are labels, or one-hot rows.
///
/// ```
/// use chainrule::losses::{HingeLoss, Loss, Targets};
///
/// // The second class is ahead of the first by 1.5, and of the third by 0.25.
/// let mut values = [0.5, 2.0, 1.75];
/// assert_eq!(HingeLoss.forward(&mut values, Targets::Labels(&[1]), 1), 0.75 / 3.0);
/// HingeLoss.backward(&mut values, Targets::Labels(&[1]), 1, 3.0);
/// assert_eq!(values, [0.0, -1.0, 1.0]);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on slices that do not match, see [`Loss`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HingeLoss;

impl ClassLoss for HingeLoss {}

#[diagnostic::do_not_recommend]
impl<T: Scalar> Loss<T> for HingeLoss {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let outputs = checked_outputs(values, targets, batch);
        // Summed in f64, since a batch may hold many samples.
        let mut loss = 0.0;
        for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
            loss += of_sample(row, class(targets, sample, outputs));
        }
        T::from_f64(loss / (batch * outputs) as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        let outputs = checked_outputs(values, targets, batch);
        let scale = dout / T::from_f64((batch * outputs) as f64);
        for d in values {
            *d *= scale;
        }
    }

    #[inline(never)]
    fn is_valid_target(&self, row: &[T]) -> bool {
        first_invalid(row).is_none()
    }

    fn invalid_target(&self, sample: usize, row: &[T]) -> Error {
        let column = first_invalid(row).unwrap_or_default();
        let expected = "a one-hot row, with 1 for the class and 0 for the others";
        Error::Target { sample, column, value: row[column].as_f64(), expected }
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &HingeLoss);

/// The class of a sample.
///
/// # Panics
///
/// If it is a label that is not below `outputs`.
fn class<T: Scalar>(targets: Targets<'_, T>, sample: usize, outputs: usize) -> usize {
    match targets {
        Targets::Labels(labels) => {
            assert!(labels[sample] < outputs, "a label of a loss");
            labels[sample]
        }
        Targets::Rows(rows) => {
            let row = &rows[sample * outputs..][..outputs];
            row.iter().position(|&t| t == T::one()).unwrap_or_default()
        }
    }
}

/// The sum of the margins that the scores of a sample fall short of. The scores are replaced by its
/// derivatives.
#[inline(always)]
fn of_sample<T: Scalar>(row: &mut [T], class: usize) -> f64 {
    let correct = row[class].as_f64();
    let (mut loss, mut derivatives) = (0.0, 0.0);
    for (other, x) in row.iter_mut().enumerate() {
        if other == class {
            continue;
        }
        let missing = 1.0 - correct + x.as_f64();
        // `max` would replace NaN by 0.
        let (missing, derivative) = match missing {
            _ if missing > 0.0 => (missing, 1.0),
            _ if missing <= 0.0 => (0.0, 0.0),
            _ => (missing, missing),
        };
        loss += missing;
        derivatives += derivative;
        *x = T::from_f64(derivative);
    }
    row[class] = T::from_f64(0.0 - derivatives);
    loss
}

/// The column at which a row is found not to be one-hot: a number other than 0 and 1, a second 1,
/// or the first column if there is no 1.
fn first_invalid<T: Scalar>(row: &[T]) -> Option<usize> {
    let mut ones = 0;
    let column = row.iter().position(|&t| {
        ones += usize::from(t == T::one());
        ones > 1 || (t != T::zero() && t != T::one())
    });
    column.or((ones == 0).then_some(0))
}
