//! What can be wrong with data given at run time.

use thiserror::Error as ThisError;

/// Bad data, told with the value, its place and what was expected. Samples,
/// features and outputs are counted from 0.
///
/// Whatever returns an error has not changed the network, nor the gradients that
/// it was given, except for [`Error::Gradient`], which tells of those.
#[derive(Clone, Debug, PartialEq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A batch without samples.
    #[error("the batch is empty: at least one sample is needed")]
    EmptyBatch,

    /// Samples of the wrong length.
    #[error(
        "the input has {found} features per sample, but {network} takes {expected}: \
         give it a `batch × {expected}` array"
    )]
    Features {
        /// The network's name.
        network: &'static str,
        /// What it takes.
        expected: usize,
        /// What it was given.
        found: usize,
    },

    /// Not one target for each sample.
    #[error("{samples} samples, but {targets} targets: each sample needs one")]
    BatchSizes {
        /// Samples of the input.
        samples: usize,
        /// Labels or rows of the targets.
        targets: usize,
    },

    /// A class that the network does not have.
    #[error("the label of sample {sample} is {label}, but the classes are 0 to {}", .classes - 1)]
    Label {
        /// The sample.
        sample: usize,
        /// Its label.
        label: i128,
        /// How many classes there are.
        classes: usize,
    },

    /// Target rows of the wrong length.
    #[error(
        "the targets have {found} columns, but {network} has {expected} outputs: \
         give one row of {expected} numbers for each sample"
    )]
    TargetColumns {
        /// The network's name.
        network: &'static str,
        /// Its outputs.
        expected: usize,
        /// The columns that were given.
        found: usize,
    },

    /// A target row that does not share out one whole among the classes.
    #[error(
        "the target row of sample {sample} sums to {sum}: it must be one-hot, or probabilities \
         (none negative, the sum 1)"
    )]
    TargetRow {
        /// The sample.
        sample: usize,
        /// The sum of its row.
        sum: f64,
    },

    /// NaN or infinity among the inputs or targets.
    #[error(
        "{value} among the {place}, at sample {sample}, column {column}: expected finite numbers"
    )]
    NotFinite {
        /// `inputs`, `targets`, or `derivatives of the loss`.
        place: &'static str,
        /// The row.
        sample: usize,
        /// The column.
        column: usize,
        /// The value found.
        value: f64,
    },

    /// NaN or infinity among the network's parameters.
    #[error(
        "`{tensor}` holds {value} at place {place}: the network has diverged (a smaller learning \
         rate helps) or was filled with values that are not finite"
    )]
    Parameter {
        /// The tensor, `affine1.weight`.
        tensor: String,
        /// The place in it, counted row by row.
        place: usize,
        /// The value found.
        value: f64,
    },

    /// NaN or infinity among the gradients, though the loss is finite. The
    /// network is unchanged; the gradients are not to be followed.
    #[error(
        "the gradient of `{tensor}` is {value} at place {place}, though the loss is finite: the \
         numbers on the way back are too large"
    )]
    Gradient {
        /// The tensor, `affine1.weight`.
        tensor: String,
        /// The place in it, counted row by row.
        place: usize,
        /// The value found.
        value: f64,
    },

    /// Finite parameters and inputs led to a result that is not finite.
    #[error(
        "{what} is {value}, though inputs and parameters are finite: they are too large for {scalar}"
    )]
    Overflow {
        /// `the loss`, or `output 3 of sample 7`.
        what: String,
        /// The value found.
        value: f64,
        /// `f32` or `f64`.
        scalar: &'static str,
    },

    /// An accuracy of a network that has nothing to choose from.
    #[error("{network} has a single output: accuracy compares the largest of several outputs")]
    SingleOutput {
        /// The network's name.
        network: &'static str,
    },

    /// A learning rate that cannot be one.
    #[error("the learning rate is {value}: expected a finite number, 0 or above")]
    LearningRate {
        /// The value given.
        value: f64,
    },

    /// Arrays of different shapes at a node of a computational graph.
    #[error("{node}: the shapes {left:?} and {right:?} differ: they must be the same")]
    Shapes {
        /// `Add` or `Mul`.
        node: &'static str,
        /// The shape of the one operand.
        left: Vec<usize>,
        /// The shape of the other.
        right: Vec<usize>,
    },
}
