use super::binary_cross_entropy::{BinaryCrossEntropy, of_score};
use super::loss::{Loss, OutputFunction, checked_outputs, rows};
use super::targets::Targets;
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;

/// [`BinaryCrossEntropy`] with a weight for the answer yes, for outputs that are rarely 1. It is
/// declared as `BinaryCrossEntropy(pos_weight = 3.0)`, or with a list that has a weight for each
/// output.
///
/// For scores `x` and targets `t` from 0 to 1 (both `B × O`), and weights `p`:
///
/// ```text
/// yᵢⱼ = 1 / (1 + exp(-xᵢⱼ))
/// L   = -1/B Σᵢⱼ (pⱼ tᵢⱼ ln yᵢⱼ + (1 - tᵢⱼ) ln(1 - yᵢⱼ))
/// dx  = dout · ((1 - t) y - p t (1 - y)) / B
/// ```
///
/// It is `O` times PyTorch's `BCEWithLogitsLoss(pos_weight=…)`, which is the mean over outputs and
/// samples. A weight above 1 raises recall, and a weight below 1 precision.
///
/// ```
/// use chainrule::losses::{Loss, Targets, WeightedBinaryCrossEntropy};
///
/// const LOSS: WeightedBinaryCrossEntropy = WeightedBinaryCrossEntropy::new(&[3.0]);
/// let mut values = [0.0, 0.0];
/// let targets = Targets::Rows(&[1.0, 0.0]);
/// assert_eq!(LOSS.forward(&mut values, targets, 1), 4.0 * f64::ln(2.0));
/// LOSS.backward(&mut values, targets, 1, 1.0);
/// assert_eq!(values, [-1.5, 0.5]);
/// ```
///
/// # Panics
///
/// As [`BinaryCrossEntropy`], and if there are several weights, but not one for each output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedBinaryCrossEntropy {
    pos_weight: &'static [f64],
}

impl WeightedBinaryCrossEntropy {
    /// Creates a loss with one weight for all outputs, or one for each.
    ///
    /// # Panics
    ///
    /// If there are no weights, or if one is negative or not finite. In a constant, this is a
    /// compile-time error.
    #[track_caller]
    pub const fn new(pos_weight: &'static [f64]) -> WeightedBinaryCrossEntropy {
        assert!(!pos_weight.is_empty(), "there are no weights for the outputs");
        let mut place = 0;
        while place < pos_weight.len() {
            assert!(
                pos_weight[place] >= 0.0 && pos_weight[place].is_finite(),
                "the weight of an output is a finite number, 0 or above"
            );
            place += 1;
        }
        WeightedBinaryCrossEntropy { pos_weight }
    }

    /// The weights.
    pub const fn pos_weight(&self) -> &'static [f64] {
        self.pos_weight
    }

    /// The number of outputs per sample, as [`checked_outputs`].
    ///
    /// # Panics
    ///
    /// Also if there are several weights, but not one for each output.
    fn checked<T>(&self, values: &[T], targets: Targets<'_, T>, batch: usize) -> usize {
        let outputs = checked_outputs(values, targets, batch);
        if self.pos_weight.len() > 1 {
            assert_eq!(self.pos_weight.len(), outputs, "the weights of the outputs of a loss");
        }
        outputs
    }

    /// `pⱼ`.
    fn weight_of(&self, output: usize) -> f64 {
        self.pos_weight[if self.pos_weight.len() > 1 { output } else { 0 }]
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> Loss<T> for WeightedBinaryCrossEntropy {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let outputs = self.checked(values, targets, batch);
        // Summed in f64, since a batch may hold many samples.
        let mut sum = 0.0;
        let rows = rows(targets, "BinaryCrossEntropy");
        for (row, target) in values.chunks_exact_mut(outputs).zip(rows.chunks_exact(outputs)) {
            for (output, (x, &t)) in row.iter_mut().zip(target).enumerate() {
                let yes = T::from_f64(self.weight_of(output)) * t;
                let (loss, derivative) = of_score(*x, yes, T::one() - t);
                sum += loss;
                *x = derivative;
            }
        }
        T::from_f64(sum / batch as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        self.checked(values, targets, batch);
        BinaryCrossEntropy.backward(values, targets, batch, dout);
    }

    fn is_valid_target(&self, row: &[T]) -> bool {
        BinaryCrossEntropy.is_valid_target(row)
    }

    fn sample_accuracy(&self, outputs: &[T], target: &[T]) -> Option<f64> {
        BinaryCrossEntropy.sample_accuracy(outputs, target)
    }

    fn probabilities(&self, scores: &mut [T], outputs: usize) -> bool {
        BinaryCrossEntropy.probabilities(scores, outputs)
    }

    fn output_function(&self) -> OutputFunction {
        OutputFunction::EachSigmoid
    }

    fn class(&self, scores: &[T]) -> Option<usize> {
        BinaryCrossEntropy.class(scores)
    }

    fn invalid_target(&self, sample: usize, row: &[T]) -> Error {
        BinaryCrossEntropy.invalid_target(sample, row)
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &WeightedBinaryCrossEntropy::new(&[1.0]));
