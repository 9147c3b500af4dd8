//! The losses that a network ends in, forward beside backward.
//!
//! Dimensions in the formulas: `B` samples in the batch, `O` outputs per
//! sample. The loss is the mean over the batch.

mod identity;
mod softmax;

pub use identity::IdentityWithLoss;
pub use softmax::SoftmaxWithLoss;

use crate::scalar::Scalar;

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
/// outputs, which `backward` turns into derivatives.
pub trait Loss<T: Scalar> {
    /// The loss of the scores in `values` (`B × O`), which are replaced by the
    /// outputs that `backward` needs.
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T;

    /// Replaces the outputs that `forward` left in `values` by the derivatives
    /// of the loss with respect to the scores, times `dout`, the derivative of
    /// what comes after the loss (1 where nothing does).
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T);

    /// Whether a row can be a target of this loss.
    fn accepts(&self, row: &[T]) -> bool;
}

/// A [`Loss`] whose targets can be given as class labels.
pub trait ClassLoss {}
