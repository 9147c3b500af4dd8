// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::loss::{ClassLoss, Loss, OutputFunction, checked_outputs};
use super::softmax::{SoftmaxWithLoss, derivatives, largest, missed, normalise, subtract};
use super::targets::Targets;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::{exponentials, sum_of};

/// [`SoftmaxWithLoss`] with label smoothing (Szegedy et al., 2016), which spreads a part of each
/// target over all classes, and with class weights.
///
/// For scores `x` (`B × O`), targets `t`, smoothing `ε` and weights `w`:
///
/// ```text
/// yᵢⱼ = exp(xᵢⱼ) / Σₖ exp(xᵢₖ)
/// qᵢⱼ = wⱼ ((1 - ε) tᵢⱼ + ε / O)
/// L   = -1/W Σᵢⱼ qᵢⱼ ln yᵢⱼ,   W = Σᵢⱼ wⱼ tᵢⱼ
/// dx  = dout · (yᵢⱼ Σₖ qᵢₖ - qᵢⱼ) / W
/// ```
///
/// Without weights all `w` are 1, and `W` is `B`. For labels, the loss equals PyTorch's
/// `cross_entropy(weight=…, label_smoothing=…)`. One-hot rows are equivalent to labels, whereas
/// PyTorch divides by `B` instead of `W` for rows.
///
/// A batch whose classes all have weight 0 has a loss of 0. It still contributes to the mean over
/// several batches, as in [`evaluate`](crate::trainer::evaluate): smoothing assigns a part of its
/// targets to the other classes.
///
/// ```
/// use chainrule::losses::{AdjustedSoftmaxWithLoss, Loss, SoftmaxWithLoss, Targets};
///
/// const LOSS: AdjustedSoftmaxWithLoss =
///     AdjustedSoftmaxWithLoss::new().with_smoothing(0.1).with_weights(&[1.0, 4.0]);
///
/// let mut values = [0.0, 0.0];
/// let loss: f64 = LOSS.forward(&mut values, Targets::Labels(&[1]), 1);
/// assert!((loss - 0.5_f64.ln() * -(0.9 * 4.0 + 0.05 * 5.0) / 4.0).abs() < 1e-15);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on slices that do not match, see [`Loss`], and if the number of
/// weights differs from the number of outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AdjustedSoftmaxWithLoss {
    smoothing: f64,
    weights: Option<&'static [f64]>,
}

impl AdjustedSoftmaxWithLoss {
    /// Without smoothing and weights, which equals [`SoftmaxWithLoss`].
    pub const fn new() -> AdjustedSoftmaxWithLoss {
        AdjustedSoftmaxWithLoss { smoothing: 0.0, weights: None }
    }

    /// Spreads a part `smoothing` of each target over all classes.
    ///
    /// # Panics
    ///
    /// If `smoothing` is not in `[0, 1)`. In a constant, this is a compile-time error.
    #[track_caller]
    pub const fn with_smoothing(self, smoothing: f64) -> AdjustedSoftmaxWithLoss {
        assert!(
            smoothing >= 0.0 && smoothing < 1.0,
            "expected a smoothing of at least 0 and below 1, for example `0.1`"
        );
        AdjustedSoftmaxWithLoss { smoothing, ..self }
    }

    /// Sets a weight for each class.
    ///
    /// # Panics
    ///
    /// If a weight is negative or not finite, or if all are 0. In a constant, this is a
    /// compile-time error.
    #[track_caller]
    pub const fn with_weights(self, weights: &'static [f64]) -> AdjustedSoftmaxWithLoss {
        let (mut place, mut is_any_above_0) = (0, false);
        while place < weights.len() {
            let weight = weights[place];
            assert!(
                weight >= 0.0 && weight.is_finite(),
                "expected a finite class weight of at least 0"
            );
            is_any_above_0 |= weight > 0.0;
            place += 1;
        }
        assert!(is_any_above_0, "expected a class weight above 0, found only zeros");
        AdjustedSoftmaxWithLoss { weights: Some(weights), ..self }
    }

    /// The part of each target that is spread over all classes.
    pub const fn smoothing(&self) -> f64 {
        self.smoothing
    }

    /// The class weights, if any.
    pub const fn weights(&self) -> Option<&'static [f64]> {
        self.weights
    }

    /// `wⱼ`.
    fn weight(&self, class: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[class])
    }

    /// `qᵢⱼ` for each class of a sample.
    #[inline(always)]
    fn adjusted<T: Scalar>(&self, target: Target<'_, T>, outputs: usize) -> impl Fn(usize) -> f64 {
        let (saved, shared) = (1.0 - self.smoothing, self.smoothing / outputs as f64);
        move |class| self.weight(class) * (saved * target.at(class) + shared)
    }

    /// `Σⱼ wⱼ tᵢⱼ`, the weight of a sample.
    fn weight_of<T: Scalar>(&self, target: Target<'_, T>) -> f64 {
        match target {
            Target::Label(label) => self.weight(label),
            Target::Row(row) => {
                row.iter().enumerate().map(|(class, t)| self.weight(class) * t.as_f64()).sum()
            }
        }
    }

    /// `W`.
    fn total_weight<T: Scalar>(&self, targets: Targets<'_, T>, outputs: usize) -> f64 {
        match targets {
            Targets::Labels(labels) => labels.iter().map(|&label| self.weight(label)).sum(),
            Targets::Rows(rows) => {
                rows.chunks_exact(outputs).map(|row| self.weight_of(Target::Row(row))).sum()
            }
        }
    }

    /// Replaces the outputs of a batch by the derivatives of the sum over its samples, times
    /// `scale`.
    fn scaled_derivatives<T: Scalar>(
        &self,
        values: &mut [T],
        targets: Targets<'_, T>,
        outputs: usize,
        scale: f64,
    ) {
        for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
            let target = Target::of(targets, sample, outputs);
            derivatives(row, self.adjusted(target, outputs), scale);
        }
    }

    /// The number of outputs per sample, as [`checked_outputs`].
    ///
    /// # Panics
    ///
    /// Also if the number of weights differs from it.
    fn checked<T>(&self, values: &[T], targets: Targets<'_, T>, batch: usize) -> usize {
        let outputs = checked_outputs(values, targets, batch);
        if let Some(weights) = self.weights {
            assert_eq!(weights.len(), outputs, "expected a class weight for each output");
        }
        outputs
    }
}

/// The target of one sample.
#[derive(Clone, Copy)]
enum Target<'a, T> {
    Label(usize),
    Row(&'a [T]),
}

impl<'a, T: Scalar> Target<'a, T> {
    /// The target of `sample`.
    ///
    /// # Panics
    ///
    /// If it is a label that is not below `outputs`.
    fn of(targets: Targets<'a, T>, sample: usize, outputs: usize) -> Target<'a, T> {
        match targets {
            Targets::Labels(labels) => {
                assert!(labels[sample] < outputs, "expected a label below the number of outputs");
                Target::Label(labels[sample])
            }
            Targets::Rows(rows) => Target::Row(&rows[sample * outputs..][..outputs]),
        }
    }

    /// `tᵢⱼ`.
    fn at(self, class: usize) -> f64 {
        match self {
            Target::Label(label) => f64::from(u8::from(label == class)),
            Target::Row(row) => row[class].as_f64(),
        }
    }
}

impl ClassLoss for AdjustedSoftmaxWithLoss {}

#[diagnostic::do_not_recommend]
impl<T: Scalar> Loss<T> for AdjustedSoftmaxWithLoss {
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        self.forward_with_sum(values, targets, batch).0
    }

    #[inline(never)]
    fn forward_with_sum(
        &self,
        values: &mut [T],
        targets: Targets<'_, T>,
        batch: usize,
    ) -> (T, f64) {
        let outputs = self.checked(values, targets, batch);
        // -Σ q ln y = ln Σ exp(x) · Σ q - Σ q x, summed in f64.
        let mut loss = 0.0;
        for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
            let (target, largest) = (Target::of(targets, sample, outputs), largest(row));
            loss += missed(row, largest, self.adjusted(target, outputs));
            subtract(row, largest);
        }
        exponentials(values);
        for (sample, row) in values.chunks_exact_mut(outputs).enumerate() {
            let target = Target::of(targets, sample, outputs);
            let total = sum_of(outputs, self.adjusted(target, outputs));
            loss += total * normalise(row).ln_1p();
        }
        let weight = self.total_weight(targets, outputs);
        (T::from_f64(if weight == 0.0 { 0.0 } else { loss / weight }), loss)
    }

    fn weight(&self, targets: Targets<'_, T>, outputs: usize, _batch: usize) -> f64 {
        self.total_weight(targets, outputs)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        let outputs = self.checked(values, targets, batch);
        let weight = self.total_weight(targets, outputs);
        if weight == 0.0 {
            values.fill(T::zero());
            return;
        }
        self.scaled_derivatives(values, targets, outputs, dout.as_f64() / weight);
    }

    fn backward_of_sum(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, scale: T) {
        let outputs = self.checked(values, targets, batch);
        self.scaled_derivatives(values, targets, outputs, scale.as_f64());
    }

    fn is_valid_target(&self, row: &[T]) -> bool {
        SoftmaxWithLoss.is_valid_target(row)
    }

    fn probabilities(&self, scores: &mut [T], outputs: usize) -> bool {
        SoftmaxWithLoss.probabilities(scores, outputs)
    }

    fn output_function(&self) -> OutputFunction {
        OutputFunction::Softmax
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &AdjustedSoftmaxWithLoss::new());
