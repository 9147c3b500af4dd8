//! The targets of a batch, and the part of them that a head reads.

use core::ops::Range;

use crate::kernels::scalar::Scalar;

/// The targets of a batch.
#[derive(Clone, Copy, Debug)]
pub enum Targets<'a, T> {
    /// The class of each sample (`B`), or of each step of each sample, below `O`; [`IGNORED`] beyond the
    /// length of a padded sequence.
    Labels(&'a [usize]),
    /// A row for each sample (`B × O`), in which steps beyond the length of a padded sequence are NaN.
    Rows(&'a [T]),
}

/// The label of a step beyond the length of a padded sequence. In target rows, such a step is NaN.
pub const IGNORED: usize = usize::MAX;

/// The targets of a batch, with a weight for each sample if there are any.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Weighed<'a, T> {
    pub(crate) targets: Targets<'a, T>,
    /// `B` finite numbers, none negative.
    pub(crate) weights: Option<&'a [T]>,
}

impl<'a, T: Scalar> Weighed<'a, T> {
    /// The targets of some of the samples, given the numbers of outputs and of labels of each.
    pub(crate) fn part(
        self,
        samples: Range<usize>,
        outputs: usize,
        labels_of_each: usize,
    ) -> Weighed<'a, T> {
        Weighed {
            targets: match self.targets {
                Targets::Labels(labels) => Targets::Labels(
                    &labels[samples.start * labels_of_each..samples.end * labels_of_each],
                ),
                Targets::Rows(rows) => {
                    Targets::Rows(&rows[samples.start * outputs..samples.end * outputs])
                }
            },
            weights: self.weights.map(|weights| &weights[samples]),
        }
    }

    /// The weight of a sample.
    pub(super) fn weight(&self, sample: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[sample].as_f64())
    }
}

/// A number for each head of a loss; a loss that is a single mean uses the first.
pub(crate) type PerHead = [f64; MAX_HEADS];

/// The maximum number of heads.
pub(crate) const MAX_HEADS: usize = 8;

/// The columns of each row that a loss reads: all, or those of one head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    /// The number of columns of a row.
    pub(super) of: usize,
    pub(super) from: usize,
    pub(super) count: usize,
    /// The labels of a sample.
    pub(super) labels: usize,
}

impl Columns {
    /// All columns of a row, of samples with this many labels.
    pub(super) fn all(of: usize, labels: usize) -> Columns {
        Columns { of, from: 0, count: of, labels }
    }

    /// The target of a sample. Labels belong to all columns.
    pub(super) fn target<'a, T>(self, targets: Targets<'a, T>, sample: usize) -> Targets<'a, T> {
        match targets {
            Targets::Labels(labels) => {
                Targets::Labels(&labels[sample * self.labels..][..self.labels])
            }
            Targets::Rows(rows) => {
                Targets::Rows(&rows[sample * self.of + self.from..][..self.count])
            }
        }
    }
}
