use super::loss::{Loss, OutputFunction, checked_outputs, rows};
use super::targets::Targets;
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::sigmoids;

/// Sigmoid and cross-entropy error in one, for outputs that are independent yes/no decisions.
///
/// For scores `x` and targets `t` from 0 to 1 (both `B × O`):
///
/// ```text
/// yᵢⱼ = 1 / (1 + exp(-xᵢⱼ))
/// L   = -1/B Σᵢⱼ (tᵢⱼ ln yᵢⱼ + (1 - tᵢⱼ) ln(1 - yᵢⱼ))
///     = 1/B Σᵢⱼ (rᵢⱼ |xᵢⱼ| + ln(1 + exp(-|xᵢⱼ|))),   r = t if x < 0,   1 - t elsewhere
/// dx  = dout · (y - t) / B
/// ```
///
/// The last form of `L` does not overflow for any score, and a small loss keeps its digits. So do
/// the derivatives: `forward` stores `y - t`, because a `y` close to 1 would have lost digits. Like
/// all losses here, it is summed over the outputs. It is therefore `O` times PyTorch's
/// `BCEWithLogitsLoss`, which is the mean over outputs and samples.
///
/// ```
/// use chainrule::losses::{BinaryCrossEntropy, Loss, Targets};
///
/// let mut values = [0.0, 1e4];
/// let targets = Targets::Rows(&[1.0, 1.0]);
/// assert_eq!(BinaryCrossEntropy.forward(&mut values, targets, 1), f64::ln(2.0));
/// BinaryCrossEntropy.backward(&mut values, targets, 1, 1.0);
/// assert_eq!(values, [-0.5, 0.0]);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on [`Targets::Labels`], because several outputs can be correct at
/// once. A network rejects labels at compile time. Both also panic on slices that do not match, see
/// [`Loss`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BinaryCrossEntropy;

#[diagnostic::do_not_recommend]
impl<T: Scalar> Loss<T> for BinaryCrossEntropy {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        checked_outputs(values, targets, batch);
        // Summed in f64, since a batch may hold many samples.
        let mut sum = 0.0;
        for (x, &t) in values.iter_mut().zip(rows(targets, "BinaryCrossEntropy")) {
            let (loss, derivative) = of_score(*x, t, T::one() - t);
            sum += loss;
            *x = derivative;
        }
        T::from_f64(sum / batch as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        checked_outputs(values, targets, batch);
        // Both passes check that the targets are rows.
        rows(targets, "BinaryCrossEntropy");
        let scale = dout / T::from_f64(batch as f64);
        for d in values {
            *d *= scale;
        }
    }

    #[inline(never)]
    fn is_valid_target(&self, row: &[T]) -> bool {
        row.iter().all(|&t| is_probability(t))
    }

    /// An output is correct if its probability and its target are on the same side of 1/2.
    fn sample_accuracy(&self, outputs: &[T], target: &[T]) -> Option<f64> {
        let half = T::from_f64(0.5);
        let answers = outputs.iter().zip(target);
        let right = answers.filter(|&(&x, &t)| (x > T::zero()) == (t > half)).count();
        Some(right as f64 / outputs.len() as f64)
    }

    fn probabilities(&self, scores: &mut [T], _outputs: usize) -> bool {
        sigmoids(scores);
        true
    }

    fn output_function(&self) -> OutputFunction {
        OutputFunction::EachSigmoid
    }

    fn class(&self, scores: &[T]) -> Option<usize> {
        match scores {
            [score] => Some(usize::from(*score > T::zero())),
            _ => None,
        }
    }

    fn invalid_target(&self, sample: usize, row: &[T]) -> Error {
        let column = row.iter().position(|&t| !is_probability(t)).unwrap_or_default();
        Error::TargetRange { sample, column, value: row[column].as_f64() }
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &BinaryCrossEntropy);

/// The loss `-a ln y - b ln(1 - y)` of a score and its derivative `b y - a (1 - y)`, which are
/// those of a target `t` for `a = t` and `b = 1 - t`. Let `e = exp(-|x|)`. Let `r` be the part on the
/// opposite side of 1/2 from `y`: `a` for a negative score, and `b` otherwise; `s` is the other part:
///
/// ```text
/// L     = r |x| + (r + s) ln(1 + e)
/// L'    = ± (r - s e) / (1 + e)
/// ```
///
/// Where `r` is 0, only `e` remains, which keeps its digits.
#[inline(always)]
pub(super) fn of_score<T: Scalar>(x: T, a: T, b: T) -> (f64, T) {
    let is_negative = x < T::zero();
    let exp = (-x.abs()).exp();
    let (wrong, right) = if is_negative { (a, b) } else { (b, a) };
    // 0 times infinity is 0 here: the score is infinite, with the correct sign.
    let missed = if wrong == T::zero() { 0.0 } else { wrong.as_f64() * x.abs().as_f64() };
    let derivative = (wrong - right * exp) / (T::one() + exp);
    let loss = missed + (wrong + right).as_f64() * exp.ln_1p().as_f64();
    (loss, if is_negative { -derivative } else { derivative })
}

fn is_probability<T: Scalar>(t: T) -> bool {
    t >= T::zero() && t <= T::one()
}
