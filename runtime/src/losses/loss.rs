use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum;

/// What the outputs of a batch are held against.
#[derive(Clone, Copy, Debug)]
pub enum Targets<'a, T> {
    /// The class of each sample (`B`), each below `O`.
    Labels(&'a [usize]),
    /// A row for each sample (`B × O`).
    Rows(&'a [T]),
}

/// The end of a chain: an output function and the loss that goes with it.
///
/// It works in place: `forward` turns the scores of the last layer into
/// outputs, or what else tells most digits of the derivatives, which `backward`
/// turns those into. The outputs of a network of several lie side by side in a
/// row, and so do their targets.
///
/// One of your own is a type that implements this trait and [`Default`]. Targets
/// are rows, unless it is a [`ClassLoss`] too.
///
/// ```
/// use chainrule::losses::{Loss, Targets};
/// use chainrule::{Init, Rng, Scalar, network};
///
/// /// `L = Σ ln cosh(y - t) / B`, which forgives large errors.
/// #[derive(Default)]
/// pub struct LogCosh;
///
/// impl<T: Scalar> Loss<T> for LogCosh {
///     fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
///         let Targets::Rows(rows) = targets else { unreachable!("labels need a `ClassLoss`") };
///         // Summed in `f64`: a batch may hold many samples.
///         let errors = values.iter().zip(rows).map(|(&y, &t)| (y - t).cosh().ln().as_f64());
///         T::from_f64(errors.sum::<f64>() / batch as f64)
///     }
///
///     fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
///         let Targets::Rows(rows) = targets else { unreachable!("labels need a `ClassLoss`") };
///         for (y, &t) in values.iter_mut().zip(rows) {
///             *y = dout * (*y - t).tanh() / T::from_f64(batch as f64);
///         }
///     }
/// }
///
/// network! { struct Net = Affine(2, 8) -> Sigmoid -> Affine(8, 3) => LogCosh; }
///
/// let net = Net::<f64>::new(Init::Xavier, &mut Rng::seed(0));
/// let check = net.gradient_check(&[[0.3, -1.0]], &[[1.0, 0.0, 2.0]])?;
/// assert!(check.max_relative() < 1e-7, "{check}");
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// # Panics
///
/// `forward` and `backward` of the losses of this crate panic if `batch` is 0,
/// if `values` is not a whole row of numbers for each sample, if there is not a
/// label or a row of targets for each of them, or if a label is not below `O`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss",
    label = "a loss of your own implements `chainrule::losses::Loss`"
)]
pub trait Loss<T: Scalar> {
    /// The loss of the scores in `values` (`B × O`), which are replaced by what
    /// `backward` needs.
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T;

    /// As [`forward`](Loss::forward), with the sum that the loss is the mean of:
    /// the loss times the [`weight`](Loss::weight), unless the loss says otherwise.
    ///
    /// The loss of several batches together is the sum of their sums divided by that of
    /// their weights. A loss that is 0 for a batch of weight 0, though its samples add
    /// something to such a sum, has to return that here.
    fn forward_with_sum(
        &self,
        values: &mut [T],
        targets: Targets<'_, T>,
        batch: usize,
    ) -> (T, f64) {
        let outputs = values.len() / batch.max(1);
        let loss = self.forward(values, targets, batch);
        (loss, loss.as_f64() * self.weight(targets, outputs, batch))
    }

    /// Replaces what `forward` left in `values` by the derivatives
    /// of the loss with respect to the scores, times `dout`, the derivative of
    /// what comes after the loss (1 where nothing does).
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T);

    /// What the loss of a batch is divided by: the samples, unless some count for
    /// more.
    fn weight(&self, _targets: Targets<'_, T>, _outputs: usize, batch: usize) -> f64 {
        batch as f64
    }

    /// The part of the outputs of a sample that are right, each by itself. `None` for
    /// a loss to which a sample is right where its largest output is at the largest
    /// of its target.
    fn part_right(&self, _outputs: &[T], _target: &[T]) -> Option<f64> {
        None
    }

    /// Whether a row can be a target of this loss. Any can, unless it says otherwise.
    fn accepts(&self, _row: &[T]) -> bool {
        true
    }

    /// What is wrong with the row of `sample`, which this loss does not accept. That
    /// it does not share out one whole, unless it says otherwise.
    fn refusal(&self, sample: usize, row: &[T]) -> Error {
        match row.iter().position(|&t| t < T::zero()) {
            Some(column) => Error::NegativeTarget { sample, column, value: row[column].as_f64() },
            None => Error::TargetRow { sample, sum: sum(row) },
        }
    }
}

/// The outputs of each sample, `O`.
///
/// # Panics
///
/// If the batch is empty, or if values or targets do not fit it.
pub(super) fn checked_outputs<T>(values: &[T], targets: Targets<'_, T>, batch: usize) -> usize {
    assert!(batch > 0, "the batch of a loss is empty");
    let outputs = values.len() / batch;
    assert!(outputs > 0 && values.len() == batch * outputs, "the values of a loss");
    match targets {
        Targets::Labels(labels) => assert_eq!(labels.len(), batch, "the labels of a loss"),
        Targets::Rows(rows) => assert_eq!(rows.len(), values.len(), "the target rows of a loss"),
    }
    outputs
}

/// The rows of targets of a loss that takes nothing else.
///
/// # Panics
///
/// If they are labels, which the types of a network's operations do not let through
/// to a loss that is no [`ClassLoss`].
pub(super) fn rows<'a, T>(targets: Targets<'a, T>, loss: &str) -> &'a [T] {
    match targets {
        Targets::Rows(rows) => rows,
        Targets::Labels(_) => panic!("{loss} takes a row of numbers for each sample"),
    }
}

/// A [`Loss`] whose targets can be given as class labels.
pub trait ClassLoss {}
