use super::{ClassLoss, Loss, Targets, checked_outputs};
use crate::kernels::exponentials;
use crate::scalar::{Scalar, compiled_here};

/// Softmax and cross-entropy error in one (section 5.6.3 of the book).
///
/// For scores `x` (`B × O`) and targets `t`:
///
/// ```text
/// yᵢⱼ = exp(xᵢⱼ) / Σₖ exp(xᵢₖ)
/// L   = -1/B Σᵢⱼ tᵢⱼ ln yᵢⱼ  =  1/B Σᵢⱼ tᵢⱼ (ln Σₖ exp(xᵢₖ) - xᵢⱼ)
/// dx  = dout · (y - t) / B
/// ```
///
/// The largest score of a row is subtracted first, and the logarithm is taken
/// of the sum, so that scores of ±10⁴ neither overflow nor lose the loss.
/// Targets are labels, or rows that sum to one (one-hot, or probabilities).
///
/// ```
/// use chainrule::losses::{Loss, SoftmaxWithLoss, Targets};
///
/// // The chapter's example: the outputs are 0.3, 0.2, 0.5, the second is right.
/// let mut values = [0.3_f64.ln(), 0.2_f64.ln(), 0.5_f64.ln()];
/// let loss = SoftmaxWithLoss.forward(&mut values, Targets::Labels(&[1]), 1);
/// assert!((loss + 0.2_f64.ln()).abs() < 1e-15);
///
/// SoftmaxWithLoss.backward(&mut values, Targets::Labels(&[1]), 1, 1.0);
/// for (d, expected) in values.iter().zip([0.3, -0.8, 0.5]) {
///     assert!((d - expected).abs() < 1e-15);
/// }
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on slices that do not fit, as [`Loss`] says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoftmaxWithLoss;

impl ClassLoss for SoftmaxWithLoss {}

impl<T: Scalar> Loss<T> for SoftmaxWithLoss {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let outputs = checked_outputs(values, targets, batch);
        // Summed in f64: a batch may hold many samples.
        let mut loss = 0.0;
        for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
            subtract_largest(row);
            loss -= match targets {
                Targets::Labels(labels) => row[labels[sample]].as_f64(),
                Targets::Rows(rows) => {
                    inner_product(&rows[sample * outputs..][..outputs], row).as_f64()
                }
            };
        }
        exponentials(values);
        for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
            let total = match targets {
                Targets::Labels(_) => T::one(),
                Targets::Rows(rows) => rows[sample * outputs..][..outputs].iter().copied().sum(),
            };
            loss += (total * normalise(row)).as_f64();
        }
        T::from_f64(loss / batch as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        let outputs = checked_outputs(values, targets, batch);
        for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
            match targets {
                Targets::Labels(labels) => row[labels[sample]] -= T::one(),
                Targets::Rows(rows) => {
                    let target = &rows[sample * outputs..][..outputs];
                    // 1 up to rounding; with it the derivative is exact all the same.
                    let total: T = target.iter().copied().sum();
                    for (y, &t) in row.iter_mut().zip(target) {
                        *y = *y * total - t;
                    }
                }
            }
        }
        let scale = dout / T::from_f64(batch as f64);
        for d in values {
            *d *= scale;
        }
    }

    #[inline(never)]
    fn accepts(&self, row: &[T]) -> bool {
        // Probabilities, up to what rounding f32 leaves of a sum of one.
        let sum: f64 = row.iter().map(|t| t.as_f64()).sum();
        row.iter().all(|&t| t >= T::zero()) && (sum - 1.0).abs() <= 1e-4
    }
}

compiled_here!(&(dyn Loss<T> + Sync) = &SoftmaxWithLoss);

/// Shifts the scores of a sample so that the largest is 0, which changes
/// neither the outputs nor the loss.
pub(super) fn subtract_largest<T: Scalar>(row: &mut [T]) {
    let mut largest = T::neg_infinity();
    for &x in row.iter() {
        largest = if x > largest { x } else { largest };
    }
    for x in row {
        *x -= largest;
    }
}

/// Divides numbers by their sum, and returns the logarithm of that sum.
pub(super) fn normalise<T: Scalar>(row: &mut [T]) -> T {
    let sum: T = row.iter().copied().sum();
    for y in row {
        *y /= sum;
    }
    sum.ln()
}

/// `Σ a·b`.
fn inner_product<T: Scalar>(a: &[T], b: &[T]) -> T {
    a.iter().zip(b).map(|(&a, &b)| a * b).sum()
}
