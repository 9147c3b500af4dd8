//! The true and the predicted class of samples.

use ndarray::ArrayView2;
use num_traits::One;

use crate::error::Error;
use crate::losses::{Loss, Targets, argmax};
use crate::network::accuracy::{answers_by_itself, class_of};
use crate::network::declared::Network;

/// The classes of a network with one output.
#[derive(Clone, Copy)]
pub(crate) struct Classes {
    pub(crate) count: usize,
    /// Whether the output is a single yes/no decision, with the classes 0 and 1.
    says_yes_or_no: bool,
}

impl Classes {
    /// The classes of `N`.
    ///
    /// # Errors
    ///
    /// [`Error::SingleOutput`] for a single number, and [`Error::SeveralOutputs`].
    pub(crate) fn of<N: Network>() -> Result<Classes, Error> {
        match N::OUTPUT_PARTS {
            [1] if answers_by_itself::<N>() => Ok(Classes { count: 2, says_yes_or_no: true }),
            [1] => Err(Error::SingleOutput { network: N::NAME }),
            [outputs] => Ok(Classes { count: *outputs, says_yes_or_no: false }),
            _ => Err(Error::SeveralOutputs { network: N::NAME }),
        }
    }

    /// The class of a target row: that of a one-hot row, or 0 or 1 for a yes/no decision.
    fn of_row<N: Network>(self, row: &[N::Scalar]) -> Option<usize> {
        match self.says_yes_or_no {
            // One-hot, with the implicit output first: no, then yes.
            true => class_of(&[N::Scalar::one() - row[0], row[0]]),
            false => class_of(row),
        }
    }

    /// The class that scores choose.
    fn predicted<N: Network>(self, loss: &N::Loss, scores: &[N::Scalar]) -> usize {
        match self.says_yes_or_no {
            true => usize::from(loss.sample_accuracy(scores, &[N::Scalar::one()]) == Some(1.0)),
            false => argmax(scores.iter().copied()),
        }
    }
}

/// Calls `pair` with the index, the true class and the predicted class of each sample. The true
/// class is `None` if the target row names none.
pub(crate) fn class_pairs<N: Network>(
    classes: Classes,
    scores: ArrayView2<'_, N::Scalar>,
    targets: Targets<'_, N::Scalar>,
    mut pair: impl FnMut(usize, Option<usize>, usize),
) {
    let loss = N::loss_function();
    for (sample, row) in scores.rows().into_iter().enumerate() {
        let class = match targets {
            Targets::Labels(labels) => Some(labels[sample]),
            Targets::Rows(rows) => classes.of_row::<N>(&rows[sample * N::OUTPUTS..][..N::OUTPUTS]),
        };
        let row = row.to_slice().unwrap_or(&[]);
        pair(sample, class, classes.predicted::<N>(&loss, row));
    }
}
