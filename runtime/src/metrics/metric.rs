//! Metrics that a trainer measures.

use ndarray::{Array2, ArrayView2};

use super::classes::{Classes, class_pairs};
use super::confusion::ConfusionMatrix;
use super::regression::{SUMS, add, mean_absolute_error, merge, r2, root_mean_squared_error};
use crate::losses::Targets;
use crate::network::declared::Network;

/// A number that describes the predictions of a network, for the history of a
/// [`Trainer`](crate::Trainer::metric) or for [`measure`](crate::trainer::measure).
///
/// A metric adds up sums over samples, from which it computes its value. The caller keeps the sums,
/// so that they are part of a checkpoint.
///
/// ```
/// use chainrule::losses::Targets;
/// use chainrule::metrics::Metric;
/// use chainrule::ndarray::ArrayView2;
/// use chainrule::{Adam, Init, Network, Rng, Scalar, Trainer, network};
///
/// /// How far above the others the score of the right class is, on average.
/// struct Margin;
///
/// impl<N: Network> Metric<N> for Margin {
///     fn name(&self) -> &str {
///         "margin"
///     }
///
///     fn sums(&self) -> usize {
///         2
///     }
///
///     fn add(
///         &self,
///         scores: ArrayView2<'_, N::Scalar>,
///         targets: Targets<'_, N::Scalar>,
///         sums: &mut [f64],
///     ) {
///         let Targets::Labels(labels) = targets else { return };
///         for (row, &label) in scores.rows().into_iter().zip(labels) {
///             let others = row.iter().enumerate().filter(|&(class, _)| class != label);
///             let largest = others.fold(f64::MIN, |max, (_, score)| max.max(score.as_f64()));
///             sums[0] += row[label].as_f64() - largest;
///             sums[1] += 1.0;
///         }
///     }
///
///     fn value(&self, sums: &[f64]) -> Option<f64> {
///         (sums[1] > 0.0).then(|| sums[0] / sums[1])
///     }
/// }
///
/// network! { struct Net = Affine(1, 2) => SoftmaxWithLoss; }
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let mut trainer = Trainer::new(net, Adam::new(0.1)?).epochs(20).metric(Margin);
/// trainer.fit((&[[-1.0], [1.0], [2.0]], &[0, 1, 1]))?;
///
/// let epochs = trainer.history();
/// assert_eq!(epochs[0].metrics[0].name, "margin");
/// assert!(epochs[19].metrics[0].train > epochs[0].metrics[0].train);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric of `{N}`",
    label = "expected a metric, such as `metrics::MacroF1`",
    note = "the loss and the accuracy are measured without one; the others are in `chainrule::metrics`"
)]
pub trait Metric<N: Network>: Send + Sync {
    /// The name, which is a column of the history. The names of a trainer's metrics differ.
    fn name(&self) -> &str;

    /// The number of sums. They are 0 before the first sample.
    fn sums(&self) -> usize;

    /// Adds a batch with scores `batch × outputs`, as `predict` returns them. The label of a step beyond
    /// the length of a padded sequence is [`IGNORED`](crate::losses::IGNORED).
    fn add(
        &self,
        scores: ArrayView2<'_, N::Scalar>,
        targets: Targets<'_, N::Scalar>,
        sums: &mut [f64],
    );

    /// Adds the sums of other samples, which another rank added up. The default adds each number;
    /// override it if the numbers are not plain sums.
    fn merge(&self, sums: &mut [f64], others: &[f64]) {
        for (sum, other) in sums.iter_mut().zip(others) {
            *sum += other;
        }
    }

    /// The value, given the sums over all samples. `None` if there is none, for example for a
    /// network without classes.
    fn value(&self, sums: &[f64]) -> Option<f64>;
}

/// The mean F1 score of the classes, [`ConfusionMatrix::macro_f1`]. Without a value for networks
/// without classes, and without samples whose target names a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MacroF1;

/// The mean recall of the classes, [`ConfusionMatrix::balanced_accuracy`]. Without a value where
/// [`MacroF1`] has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BalancedAccuracy;

/// [`Regression::r2`](super::Regression::r2). Without a value for labels, and for fewer than two
/// samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct R2;

/// [`Regression::mean_absolute_error`](super::Regression::mean_absolute_error). Without a value for
/// labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanAbsoluteError;

/// [`Regression::root_mean_squared_error`](super::Regression::root_mean_squared_error). Without a
/// value for labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RootMeanSquaredError;

/// Implements [`Metric`] for a type by the functions that follow.
macro_rules! metric {
    ($metric:ident, $name:literal, $sums:ident, $add:ident, $merge:ident, $value:expr) => {
        impl<N: Network> Metric<N> for $metric {
            fn name(&self) -> &str {
                $name
            }

            fn sums(&self) -> usize {
                $sums::<N>()
            }

            fn add(
                &self,
                scores: ArrayView2<'_, N::Scalar>,
                targets: Targets<'_, N::Scalar>,
                sums: &mut [f64],
            ) {
                $add::<N>(scores, targets, sums);
            }

            fn merge(&self, sums: &mut [f64], others: &[f64]) {
                $merge(sums, others);
            }

            fn value(&self, sums: &[f64]) -> Option<f64> {
                let value: fn(&[f64]) -> f64 = $value;
                Some(value(sums)).filter(|value| !value.is_nan())
            }
        }
    };
}

metric!(MacroF1, "macro F1", counts, count, add_counts, |counts| matrix(counts)
    .map_or(f64::NAN, |m| m.macro_f1()));
metric!(BalancedAccuracy, "balanced accuracy", counts, count, add_counts, |counts| {
    matrix(counts).map_or(f64::NAN, |matrix| matrix.balanced_accuracy())
});
metric!(R2, "R²", columns, add_errors, merge, r2);
metric!(MeanAbsoluteError, "MAE", columns, add_errors, merge, mean_absolute_error);
metric!(RootMeanSquaredError, "RMSE", columns, add_errors, merge, root_mean_squared_error);

/// The number of pairs of classes.
fn counts<N: Network>() -> usize {
    Classes::of::<N>().map_or(0, |classes| classes.count * classes.count)
}

/// Counts the pairs of true and predicted classes. Numbers up to 2⁵³ are exact.
fn count<N: Network>(
    scores: ArrayView2<'_, N::Scalar>,
    targets: Targets<'_, N::Scalar>,
    counts: &mut [f64],
) {
    let Ok(classes) = Classes::of::<N>() else { return };
    class_pairs::<N>(&classes, scores, targets, |_, class, predicted| {
        if let Some(class) = class {
            counts[class * classes.count + predicted] += 1.0;
        }
    });
}

/// The matrix of these counts, if any sample was counted.
fn matrix(counts: &[f64]) -> Option<ConfusionMatrix> {
    let classes = counts.len().isqrt();
    let counted = counts.iter().any(|&count| count > 0.0);
    let counts = counts.iter().map(|&count| count as u64).collect();
    let counts = Array2::from_shape_vec((classes, classes), counts).ok()?;
    counted.then(|| ConfusionMatrix::new(counts))
}

/// Adds the counts of other samples.
fn add_counts(counts: &mut [f64], others: &[f64]) {
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
}

/// The number of sums of the errors.
fn columns<N: Network>() -> usize {
    SUMS * N::OUTPUTS
}

/// Adds the errors of all outputs.
fn add_errors<N: Network>(
    scores: ArrayView2<'_, N::Scalar>,
    targets: Targets<'_, N::Scalar>,
    sums: &mut [f64],
) {
    let Targets::Rows(rows) = targets else { return };
    for (scores, target) in scores.rows().into_iter().zip(rows.chunks_exact(N::OUTPUTS)) {
        add(sums, target.iter().copied().zip(scores.iter().copied()));
    }
}
