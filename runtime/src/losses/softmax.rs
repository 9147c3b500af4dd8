// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::loss::{ClassLoss, Loss, OutputFunction, checked_outputs};
use super::targets::Targets;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{exponentials, sum, sum_below_1, sum_of, sum_without};

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
/// The largest score of a row is subtracted first, and the logarithm is computed of the sum. Scores
/// of ±10⁴ therefore neither overflow nor lose the loss. A class whose target is 0 adds nothing,
/// however low its score. A loss or derivative close to 0 keeps its digits.
///
/// Targets are labels, or rows that sum to 1 (one-hot, or probabilities).
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
/// `forward` and `backward` panic on slices that do not match, see [`Loss`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoftmaxWithLoss;

impl ClassLoss for SoftmaxWithLoss {}

#[diagnostic::do_not_recommend]
impl<T: Scalar> Loss<T> for SoftmaxWithLoss {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let outputs = checked_outputs(values, targets, batch);
        T::from_f64(forward_sum(values, targets, outputs) / batch as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        let outputs = checked_outputs(values, targets, batch);
        let scale = dout.as_f64() / batch as f64;
        match targets {
            Targets::Labels(labels) => {
                for (row, &label) in values.chunks_exact_mut(outputs).zip(labels) {
                    row[label] = below_1(row, label);
                }
                for d in values {
                    *d = T::from_f64(d.as_f64() * scale);
                }
            }
            Targets::Rows(targets) => {
                let targets = targets.chunks_exact(outputs);
                for (row, target) in values.chunks_exact_mut(outputs).zip(targets) {
                    derivatives(row, |class| target[class].as_f64(), scale);
                }
            }
        }
    }

    #[inline(never)]
    fn is_valid_target(&self, row: &[T]) -> bool {
        // Probabilities, up to f32 rounding errors in the sum.
        row.iter().all(|&t| t >= T::zero()) && (sum(row) - 1.0).abs() <= 1e-4
    }

    #[inline(never)]
    fn probabilities(&self, scores: &mut [T], outputs: usize) -> bool {
        for row in scores.chunks_exact_mut(outputs) {
            subtract(row, largest(row));
        }
        exponentials(scores);
        for row in scores.chunks_exact_mut(outputs) {
            normalise(row);
        }
        true
    }

    fn output_function(&self) -> OutputFunction {
        OutputFunction::Softmax
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &SoftmaxWithLoss);

/// Replaces the scores of a batch by the outputs, and returns the sum of the cross entropies of its
/// samples.
#[inline(always)]
pub(super) fn forward_sum<T: Scalar>(
    values: &mut [T],
    targets: Targets<'_, T>,
    outputs: usize,
) -> f64 {
    // Summed in f64, since a batch may hold many samples.
    let mut loss = 0.0;
    for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
        let largest = largest(row);
        loss += match targets {
            Targets::Labels(labels) => largest.as_f64() - row[labels[sample]].as_f64(),
            Targets::Rows(rows) => {
                let target = &rows[sample * outputs..][..outputs];
                missed(row, largest, |class| target[class].as_f64())
            }
        };
        subtract(row, largest);
    }
    exponentials(values);
    let mut logarithms = Logarithms::default();
    for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
        let excess = normalise(row);
        match targets {
            Targets::Labels(_) => logarithms.add(excess),
            // A row that sums to 1 is counted as a label is, so that both have the same loss.
            Targets::Rows(rows) => match sum(&rows[sample * outputs..][..outputs]) {
                1.0 => logarithms.add(excess),
                weight => loss += weight * excess.ln_1p(),
            },
        }
    }
    loss + logarithms.sum()
}

/// `Σ ln (1 + x)` for numbers `x ≥ 0`, as the logarithm of a product: logarithms would take most of
/// the time of a small loss.
#[derive(Default)]
struct Logarithms {
    of_full_products: f64,
    /// The product minus 1, so that a sum close to 0 keeps its digits.
    excess: f64,
}

impl Logarithms {
    /// Beyond this bound, a product could overflow with the next factor.
    const FULL: f64 = 1e200;

    fn add(&mut self, x: f64) {
        self.excess = self.excess * (1.0 + x) + x;
        if self.excess > Self::FULL {
            *self = Logarithms { of_full_products: self.sum(), excess: 0.0 };
        }
    }

    fn sum(&self) -> f64 {
        self.of_full_products + self.excess.ln_1p()
    }
}

/// The largest score of a sample, ignoring NaN.
pub(super) fn largest<T: Scalar>(row: &[T]) -> T {
    let mut largest = T::neg_infinity();
    for &x in row {
        largest = if x > largest { x } else { largest };
    }
    largest
}

/// Shifts the scores of a sample so that the largest is 0, which changes neither the outputs nor
/// the loss.
pub(super) fn subtract<T: Scalar>(row: &mut [T], largest: T) {
    for x in row {
        *x -= largest;
    }
}

/// `Σ q (largest - x)` over the classes of a sample. Classes whose `q` is 0 add nothing, even if
/// the difference is infinite.
#[inline(always)]
pub(super) fn missed<T: Scalar>(row: &[T], largest: T, q: impl Fn(usize) -> f64) -> f64 {
    sum_of(row.len(), |class| match q(class) {
        0.0 => 0.0,
        q => q * (largest.as_f64() - row[class].as_f64()),
    })
}

/// Below this bound, the sum has lost digits of the terms other than 1.
const NEARLY_1: f64 = 1.125;

/// Divides the numbers, whose maximum is 1, by their sum, and returns that sum minus 1.
#[inline(always)]
pub(super) fn normalise<T: Scalar>(row: &mut [T]) -> f64 {
    let total = sum(row);
    let excess = if total < NEARLY_1 { sum_below_1(row) } else { total - 1.0 };
    let divisor = T::from_f64(total);
    for y in row {
        *y /= divisor;
    }
    excess
}

/// `y - 1` for one output of a sample. Where `y` is close to 1, it is computed as the sum of the
/// other outputs, since the difference would lose digits.
#[inline(always)]
fn below_1<T: Scalar>(row: &mut [T], place: usize) -> T {
    let y = row[place];
    if y <= T::from_f64(0.5) { y - T::one() } else { T::from_f64(0.0 - sum_without(row, place)) }
}

/// Replaces the outputs of a sample by `(y Σ q - q) · scale`. Since the outputs sum to 1, this
/// equals
///
/// ```text
/// dxⱼ = (yⱼ Σₖ≠ⱼ qₖ - qⱼ Σₖ≠ⱼ yₖ) · scale
/// ```
///
/// whose terms keep their digits where an output or a target is close to 1.
#[inline(always)]
pub(super) fn derivatives<T: Scalar>(row: &mut [T], q: impl Fn(usize) -> f64, scale: f64) {
    let outputs = row.len();
    let certain = row.iter().position(|&y| y > T::from_f64(0.5));
    let of_others = certain.map_or(0.0, |place| sum_without(row, place));
    let total = sum_of(outputs, &q);
    for (class, output) in row.iter_mut().enumerate() {
        let (y, target) = (output.as_f64(), q(class));
        let other_outputs = if certain == Some(class) { of_others } else { 1.0 - y };
        let other_targets = if target > total / 2.0 {
            sum_of(outputs, |other| if other == class { 0.0 } else { q(other) })
        } else {
            total - target
        };
        *output = T::from_f64((y * other_targets - target * other_outputs) * scale);
    }
}
