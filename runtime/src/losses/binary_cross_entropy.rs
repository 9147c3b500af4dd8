use super::{Loss, Targets, checked_outputs, rows};
use crate::error::Error;
use crate::scalar::{Scalar, compiled_here};

/// Sigmoid and cross-entropy error in one, for outputs that each say yes or no by
/// themselves.
///
/// For scores `x` and targets `t` from 0 to 1 (both `B × O`):
///
/// ```text
/// yᵢⱼ = 1 / (1 + exp(-xᵢⱼ))
/// L   = -1/B Σᵢⱼ (tᵢⱼ ln yᵢⱼ + (1 - tᵢⱼ) ln(1 - yᵢⱼ))
///     = 1/B Σᵢⱼ (max(xᵢⱼ, 0) - tᵢⱼ xᵢⱼ + ln(1 + exp(-|xᵢⱼ|)))
/// dx  = dout · (y - t) / B
/// ```
///
/// In the last form of `L` nothing overflows, for whatever scores. As all losses here
/// it is the sum over the outputs: `O` times PyTorch's `BCEWithLogitsLoss`, which is
/// the mean over outputs and samples.
///
/// ```
/// use chainrule::losses::{BinaryCrossEntropy, Loss, Targets};
///
/// let mut values = [0.0, 1e4];
/// let targets = Targets::Rows(&[1.0, 1.0]);
/// assert_eq!(BinaryCrossEntropy.forward(&mut values, targets, 1), f64::ln(2.0));
/// assert_eq!(values, [0.5, 1.0]);
/// BinaryCrossEntropy.backward(&mut values, targets, 1, 1.0);
/// assert_eq!(values, [-0.5, 0.0]);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on [`Targets::Labels`]: several outputs can be right
/// at once. A network refuses them at compile time. They also panic on slices that do
/// not fit, as [`Loss`] says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BinaryCrossEntropy;

impl<T: Scalar> Loss<T> for BinaryCrossEntropy {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        checked_outputs(values, targets, batch);
        // Summed in f64: a batch may hold many samples.
        let mut loss = 0.0;
        for (x, &t) in values.iter_mut().zip(rows(targets, "BinaryCrossEntropy")) {
            let exp = (-x.abs()).exp();
            let (positive, numerator) =
                if *x < T::zero() { (T::zero(), exp) } else { (*x, T::one()) };
            loss += (positive - *x * t + exp.ln_1p()).as_f64();
            *x = numerator / (T::one() + exp);
        }
        T::from_f64(loss / batch as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        checked_outputs(values, targets, batch);
        let scale = dout / T::from_f64(batch as f64);
        for (y, &t) in values.iter_mut().zip(rows(targets, "BinaryCrossEntropy")) {
            *y = (*y - t) * scale;
        }
    }

    #[inline(never)]
    fn accepts(&self, row: &[T]) -> bool {
        row.iter().all(|&t| is_probability(t))
    }

    /// An output is right where its probability and its target are on the same side
    /// of a half.
    fn part_right(&self, outputs: &[T], target: &[T]) -> Option<f64> {
        let half = T::from_f64(0.5);
        let answers = outputs.iter().zip(target);
        let right = answers.filter(|&(&x, &t)| (x > T::zero()) == (t > half)).count();
        Some(right as f64 / outputs.len() as f64)
    }

    fn refusal(&self, sample: usize, row: &[T]) -> Error {
        let column = row.iter().position(|&t| !is_probability(t)).unwrap_or_default();
        Error::TargetRange { sample, column, value: row[column].as_f64() }
    }
}

compiled_here!(&(dyn Loss<T> + Sync) = &BinaryCrossEntropy);

fn is_probability<T: Scalar>(t: T) -> bool {
    t >= T::zero() && t <= T::one()
}
