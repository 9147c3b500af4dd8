//! The true and the predicted class of samples.

use core::ops::Range;

use ndarray::ArrayView2;
use num_traits::{Float, Zero};

use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::losses::targets::IGNORED;
use crate::losses::{Loss, Targets, argmax};
use crate::network::accuracy::{answers_by_itself, class_of};
use crate::network::declared::Network;
use crate::network::probabilities::{checked_columns, no_classes};

/// The classes of one output.
#[derive(Clone)]
pub(crate) struct Classes {
    pub(crate) count: usize,
    output: usize,
    /// The columns of the output.
    columns: Range<usize>,
    /// The steps of a sequence, each of which has a class; otherwise 1.
    steps: usize,
    /// Whether the output is a single yes/no decision, with the classes 0 and 1.
    says_yes_or_no: bool,
}

impl Classes {
    /// The classes of `N`, which has one output.
    ///
    /// # Errors
    ///
    /// [`Error::SingleOutput`] for a single number, and [`Error::SeveralOutputs`].
    pub(crate) fn of<N: Network>() -> Result<Classes, Error> {
        match N::OUTPUT_PARTS {
            [_] => Classes::of_output::<N>(0).map_err(|_| Error::SingleOutput { network: N::NAME }),
            _ => Err(Error::SeveralOutputs { network: N::NAME }),
        }
    }

    /// The classes of one output.
    ///
    /// # Errors
    ///
    /// [`Error::NoClasses`] for a single number, and [`Error::NoOutput`].
    pub(crate) fn of_output<N: Network>(output: usize) -> Result<Classes, Error> {
        let columns = checked_columns::<N>(output)?;
        let loss = N::loss_function();
        let steps = loss.head(output).unwrap_or(&loss).steps();
        let numbers = columns.len() / steps;
        let says_yes_or_no = numbers == 1;
        if says_yes_or_no && !says_yes_or_no_at::<N>(output) {
            return Err(no_classes::<N>(output));
        }
        Ok(Classes { count: numbers.max(2), output, columns, steps, says_yes_or_no })
    }

    /// The class of a target row: that of a one-hot row, or 0 or 1 for a yes/no decision.
    fn of_row<T: Scalar>(&self, row: &[T]) -> Option<usize> {
        match self.says_yes_or_no {
            // One-hot, with the implicit output first: no, then yes.
            true => class_of(&[T::one() - row[0], row[0]]),
            false => class_of(row),
        }
    }

    /// The class that scores choose.
    fn predicted<T: Scalar>(&self, loss: &dyn Loss<T>, scores: &[T]) -> usize {
        match self.says_yes_or_no {
            true => loss.class(scores).unwrap_or_else(|| {
                usize::from(loss.sample_accuracy(scores, &[T::one()]) == Some(1.0))
            }),
            false => argmax(scores.iter().copied()),
        }
    }
}

/// Whether an output with a single number is a decision.
fn says_yes_or_no_at<N: Network>(output: usize) -> bool {
    let loss = N::loss_function();
    let of_output = loss.head(output).unwrap_or(&loss);
    let zero = [N::Scalar::zero()];
    if let Some(of_step) = of_output.of_step() {
        return of_step.sample_accuracy(&zero, &zero).is_some();
    }
    // One loss of several outputs judges them together.
    match N::OUTPUT_PARTS.len() > 1 && loss.head(output).is_none() {
        true => loss.class(&zero).is_some(),
        false => answers_by_itself::<N>(output),
    }
}

/// Calls `pair` with the index, the true class and the predicted class of each sample, or of each step of
/// a sequence within the length. The true class is `None` if the target row names none.
pub(crate) fn class_pairs<N: Network>(
    classes: &Classes,
    scores: ArrayView2<'_, N::Scalar>,
    targets: Targets<'_, N::Scalar>,
    mut pair: impl FnMut(usize, Option<usize>, usize),
) {
    let loss = N::loss_function();
    let loss = loss.head(classes.output).unwrap_or(&loss);
    let loss = loss.of_step().unwrap_or(loss);
    let (steps, columns) = (classes.steps, || classes.columns.clone());
    let numbers = classes.columns.len() / steps;
    for (sample, row) in scores.rows().into_iter().enumerate() {
        let row = row.to_slice().map_or(&[][..], |row| &row[columns()]);
        for (step, scores) in row.chunks_exact(numbers).enumerate() {
            let (class, is_beyond) = match targets {
                Targets::Labels(labels) => {
                    let label = labels[sample * steps + step];
                    (Some(label).filter(|label| *label != IGNORED), label == IGNORED)
                }
                Targets::Rows(rows) => {
                    let row = &rows[sample * N::OUTPUTS..][columns()][step * numbers..][..numbers];
                    (classes.of_row(row), row[0].is_nan())
                }
            };
            if steps == 1 || !is_beyond {
                pair(sample, class, classes.predicted(loss, scores));
            }
        }
    }
}
