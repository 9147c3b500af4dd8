//! What can be wrong with data given at run time.

use thiserror::Error as ThisError;

/// A count before what is counted: `1 sample`, `2 samples`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

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
        "the input has {} per sample, but {network} takes {expected}: \
         give it a `batch × {expected}` array",
        counted(*found, "feature")
    )]
    Features {
        /// The network's name.
        network: &'static str,
        /// What it takes.
        expected: usize,
        /// What it was given.
        found: usize,
    },

    /// Samples of the wrong length, of one of several inputs.
    #[error(
        "the input `{input}` has {} per sample, but takes {expected}: \
         give it a `batch × {expected}` array",
        counted(*found, "feature")
    )]
    InputFeatures {
        /// The input's name.
        input: &'static str,
        /// What it takes.
        expected: usize,
        /// What it was given.
        found: usize,
    },

    /// Inputs of different batches.
    #[error("the input `{input}` has {}, but the first has {expected}", counted(*found, "sample"))]
    InputBatch {
        /// The input's name.
        input: &'static str,
        /// Samples of the first input.
        expected: usize,
        /// Samples of this one.
        found: usize,
    },

    /// Not one target for each sample.
    #[error(
        "{}, but {}: each sample needs one",
        counted(*samples, "sample"),
        counted(*targets, "target")
    )]
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
        "the targets have {}, but {network} has {}: give one row of {} for each sample",
        counted(*found, "column"),
        counted(*expected, "output"),
        counted(*expected, "number")
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
        "the target row of sample {sample} sums to {sum:?}: it must be one-hot, or probabilities \
         (none negative, the sum 1)"
    )]
    TargetRow {
        /// The sample.
        sample: usize,
        /// The sum of its row.
        sum: f64,
    },

    /// A target row that gives a class less than nothing.
    #[error(
        "the target row of sample {sample} holds {value:?} at column {column}: it must be one-hot, \
         or probabilities (none negative, the sum 1)"
    )]
    NegativeTarget {
        /// The sample.
        sample: usize,
        /// The first such column.
        column: usize,
        /// The value found.
        value: f64,
    },

    /// A target that is no probability, of outputs that each say yes or no.
    #[error(
        "the target row of sample {sample} holds {value:?} at column {column}: expected a \
         probability, from 0 to 1"
    )]
    TargetRange {
        /// The sample.
        sample: usize,
        /// The first such column.
        column: usize,
        /// The value found.
        value: f64,
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

    /// NaN or infinity among the network's parameters, which are only looked
    /// through when a result is not finite: a parameter that no result shows
    /// (behind a ReLU that is off for the whole batch) goes unnoticed.
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
        /// Which result.
        what: Overflowed,
        /// The value found.
        value: f64,
        /// `f32` or `f64`.
        scalar: &'static str,
    },

    /// The closure of `gradient_of` returned NaN or infinity, for outputs that
    /// are finite.
    #[error("the loss that the closure returned is {value}: expected a finite number")]
    ClosureLoss {
        /// The value returned.
        value: f64,
    },

    /// A batch that takes more room than there is.
    #[error(
        "there is no memory for a batch of {}, which needs {bytes} bytes: \
         give it in smaller batches",
        counted(*samples, "sample")
    )]
    Memory {
        /// Samples in the batch.
        samples: usize,
        /// What could not be allocated.
        bytes: u128,
    },

    /// An accuracy of a network that has nothing to choose from.
    #[error("{network} has a single output: accuracy compares the largest of several outputs")]
    SingleOutput {
        /// The network's name.
        network: &'static str,
    },

    /// Classes of a network of several outputs, each of which has its own: an accuracy of
    /// labels, or a confusion matrix.
    #[error(
        "{network} has several outputs, each with classes of its own: its accuracy takes rows of \
         targets, a confusion matrix is of one output"
    )]
    SeveralOutputs {
        /// The network's name.
        network: &'static str,
    },

    /// A target row that names no class, where classes are counted.
    #[error(
        "the target row of sample {sample} names no class: expected a one-hot row, or 0 or 1 for a \
         single output"
    )]
    NoClass {
        /// The sample.
        sample: usize,
    },

    /// A learning rate that cannot be one.
    #[error("the learning rate is {value:?}: expected a finite number, 0 or above")]
    LearningRate {
        /// The value given.
        value: f64,
    },

    /// A setting of an optimizer or of a schedule that cannot be one.
    #[error("the {name} is {value:?}: expected {expected}")]
    HyperParameter {
        /// What it is called, `momentum`.
        name: &'static str,
        /// The value given.
        value: f64,
        /// What it can be.
        expected: &'static str,
    },

    /// Arrays of different shapes at a node of a computational graph.
    #[error("{node}: the shapes {left:?} and {right:?} differ: they must be the same")]
    Shapes {
        /// `Add` or `Mul`, or the node of a `graph!` and its expression.
        node: &'static str,
        /// The shape of the one operand.
        left: Vec<usize>,
        /// The shape of the other.
        right: Vec<usize>,
    },

    /// A row of another length than those of the array that it goes with, at a
    /// node of a graph.
    #[error("{node}: the rows of an array of shape {array:?} are not of the shape {row:?}")]
    Row {
        /// The node and its expression, `h = x + b`.
        node: &'static str,
        /// The shape of the array.
        array: Vec<usize>,
        /// That of the row.
        row: Vec<usize>,
    },

    /// Arrays that have no product, at a node of a graph.
    #[error(
        "{node}: the shapes {left:?} and {right:?} have no product: the last length of the first \
         must be the first length of the second"
    )]
    Dot {
        /// The node and its expression, `y = x.dot(w)`.
        node: &'static str,
        /// The shape of the first.
        left: Vec<usize>,
        /// The shape of the second.
        right: Vec<usize>,
    },
}

impl Error {
    /// The same error with the sample that it names, if it names one, replaced by
    /// `place(sample)`. In a loop that gathers its batches from a data set that is the
    /// sample's place there:
    ///
    /// ```
    /// use chainrule::{Error, network};
    ///
    /// network! { struct Net = Affine(1, 2) => SoftmaxWithLoss; }
    /// let (net, batch) = (Net::zeros(), [40, 7, 33]);
    /// let error = net.loss(&[[0.0], [f32::NAN], [0.0]], &[0, 1, 0]).unwrap_err();
    /// let error = error.map_sample(|sample| batch[sample]);
    /// assert!(matches!(error, Error::NotFinite { sample: 7, .. }));
    /// ```
    pub fn map_sample(mut self, place: impl FnOnce(usize) -> usize) -> Error {
        // Every variant is named, so that a new one with a sample is not forgotten.
        match &mut self {
            Error::Label { sample, .. }
            | Error::TargetRow { sample, .. }
            | Error::NegativeTarget { sample, .. }
            | Error::TargetRange { sample, .. }
            | Error::NoClass { sample }
            | Error::NotFinite { sample, .. }
            | Error::Overflow { what: Overflowed::Output { sample, .. }, .. } => {
                *sample = place(*sample);
            }
            Error::EmptyBatch
            | Error::Features { .. }
            | Error::InputFeatures { .. }
            | Error::InputBatch { .. }
            | Error::BatchSizes { .. }
            | Error::TargetColumns { .. }
            | Error::Parameter { .. }
            | Error::Gradient { .. }
            | Error::Overflow { what: Overflowed::Loss, .. }
            | Error::ClosureLoss { .. }
            | Error::Memory { .. }
            | Error::SingleOutput { .. }
            | Error::SeveralOutputs { .. }
            | Error::LearningRate { .. }
            | Error::HyperParameter { .. }
            | Error::Shapes { .. }
            | Error::Row { .. }
            | Error::Dot { .. } => {}
        }
        self
    }
}

/// A result that is too large for the type of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
pub enum Overflowed {
    /// The loss of a batch.
    #[error("the loss")]
    Loss,
    /// An output.
    #[error("output {output} of sample {sample}")]
    Output {
        /// The output.
        output: usize,
        /// The sample.
        sample: usize,
    },
}
