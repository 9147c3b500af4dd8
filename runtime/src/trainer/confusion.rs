//! The confusion matrix of a network.

use std::fmt;

use ndarray::Array2;
use num_traits::One;

use super::error::Error;
use super::metrics::Evaluator;
use crate::data::Dataset;
use crate::losses::{Loss, Targets};
use crate::network::accuracy::{answers_by_itself, class_of};
use crate::network::declared::Network;
use crate::network::predict::argmax;

/// Returns the confusion matrix of `network`, which may be in a box, on `data`. The class of a sample is its label, or the
/// position of the 1 in a one-hot row. A network with a single output that is a yes/no decision, as
/// with [`BinaryCrossEntropy`](crate::losses::BinaryCrossEntropy), has the classes 0 and 1.
///
/// # Errors
///
/// As [`evaluate`](super::evaluate). Also [`Error::Samples`] with
/// [`NoClass`](crate::Error::NoClass) for a row that is not one-hot, and for a network without
/// classes: with a single number ([`SingleOutput`](crate::Error::SingleOutput)) or several outputs
/// ([`SeveralOutputs`](crate::Error::SeveralOutputs)).
pub fn confusion<N: Network>(
    network: &impl AsRef<N>,
    data: impl Dataset<N>,
) -> Result<ConfusionMatrix, Error> {
    let rejected = |cause| Error::Samples { epoch: None, cause };
    let says_yes_or_no = N::OUTPUTS == 1;
    let classes = match N::OUTPUT_PARTS {
        [1] if answers_by_itself::<N>() => 2,
        [1] => return Err(rejected(crate::error::Error::SingleOutput { network: N::NAME })),
        [outputs] => *outputs,
        _ => return Err(rejected(crate::error::Error::SeveralOutputs { network: N::NAME })),
    };
    let (loss, yes) = (N::loss_function(), [N::Scalar::one()]);
    let taken_for = |row: &[N::Scalar]| match says_yes_or_no {
        true => usize::from(loss.sample_accuracy(row, &yes) == Some(1.0)),
        false => argmax(row.iter().copied()),
    };
    let class = |targets: Targets<'_, N::Scalar>, sample: usize| match targets {
        Targets::Labels(labels) => Some(labels[sample]),
        Targets::Rows(rows) => {
            let row = &rows[sample * N::OUTPUTS..][..N::OUTPUTS];
            match says_yes_or_no {
                // One-hot, with the implicit output first: no, then yes.
                true => class_of(&[N::Scalar::one() - row[0], row[0]]),
                false => class_of(row),
            }
        }
    };
    let mut counts = Array2::zeros((classes, classes));
    let (mut samples, mut without_class) = (0, None);
    let indices: Vec<_> = (0..data.len()).collect();
    Evaluator::new(None).loss_with(
        network.as_ref(),
        &data,
        &indices,
        None,
        |scores, targets| {
            for (at, row) in scores.rows().into_iter().enumerate() {
                match class(targets, at) {
                    Some(class) => counts[(class, taken_for(row.to_slice().unwrap_or(&[])))] += 1,
                    None => without_class = without_class.or(Some(samples + at)),
                }
            }
            samples += scores.nrows();
        },
    )?;
    match without_class {
        Some(sample) => Err(rejected(crate::error::Error::NoClass { sample })),
        None => Ok(ConfusionMatrix { counts }),
    }
}

/// Counts how often the samples of each class were predicted as each class.
///
/// `Display` prints a table with a row for each true class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// `counts[(class, predicted)]`.
    pub counts: Array2<u64>,
}

impl ConfusionMatrix {
    /// The fraction of all samples whose prediction is correct. NaN without samples.
    pub fn accuracy(&self) -> f64 {
        self.counts.diag().sum() as f64 / self.counts.sum() as f64
    }

    /// The fraction of the samples predicted as `class` that belong to it. NaN without such
    /// samples.
    pub fn precision(&self, class: usize) -> f64 {
        self.counts[(class, class)] as f64 / self.counts.column(class).sum() as f64
    }

    /// The fraction of the samples of `class` that were predicted as such. NaN without such
    /// samples.
    pub fn recall(&self, class: usize) -> f64 {
        self.counts[(class, class)] as f64 / self.counts.row(class).sum() as f64
    }
}

/// The header of the table: what its rows and columns are.
const CORNER: &str = "true \\ predicted";

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let largest = self.counts.iter().copied().max().unwrap_or(0);
        let width = largest.to_string().len().max(self.counts.nrows().to_string().len()) + 2;
        let side = CORNER.len();
        write!(f, "{CORNER}")?;
        for class in 0..self.counts.ncols() {
            write!(f, "{class:>width$}")?;
        }
        for (class, row) in self.counts.rows().into_iter().enumerate() {
            write!(f, "\n{class:>side$}")?;
            for count in row {
                write!(f, "{count:>width$}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confusion_matrix() {
        let matrix = ConfusionMatrix { counts: ndarray::array![[8, 2], [1, 9]] };
        assert_eq!(matrix.accuracy(), 0.85);
        assert_eq!(matrix.precision(0), 8.0 / 9.0);
        assert_eq!(matrix.recall(1), 0.9);
        assert_eq!(
            matrix.to_string(),
            "true \\ predicted  0  1\n               0  8  2\n               1  1  9"
        );
    }
}
