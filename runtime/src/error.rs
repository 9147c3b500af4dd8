//! Errors in data that is given at run time.

use thiserror::Error as ThisError;

/// A count followed by its noun: `1 sample`, `2 samples`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Invalid data: the error gives the value, its position and what was expected. Samples, features
/// and outputs are counted from 0.
///
/// An operation that returns an error has not changed the network or the gradients that it was
/// given. The exception is [`Error::Gradient`], which reports the gradients themselves.
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
        /// The expected length.
        expected: usize,
        /// The length found.
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
        /// The expected length.
        expected: usize,
        /// The length found.
        found: usize,
    },

    /// Inputs with different numbers of samples.
    #[error("the input `{input}` has {}, but the first has {expected}", counted(*found, "sample"))]
    InputBatch {
        /// The input's name.
        input: &'static str,
        /// Number of samples in the first input.
        expected: usize,
        /// Number of samples in this input.
        found: usize,
    },

    /// A tuple of inputs of the wrong length.
    #[error("expected {} for {network}, found {found}", counted(*expected, "input"))]
    InputCount {
        /// The network's name.
        network: &'static str,
        /// Number of inputs of the network.
        expected: usize,
        /// Number of inputs found.
        found: usize,
    },

    /// The number of targets differs from the number of samples.
    #[error(
        "{}, but {}: each sample needs one",
        counted(*samples, "sample"),
        counted(*targets, "target")
    )]
    BatchSizes {
        /// Number of samples in the input.
        samples: usize,
        /// Number of labels or target rows.
        targets: usize,
    },

    /// A class that the network does not have.
    #[error("the label of sample {sample} is {label}, but the classes are 0 to {}", .classes - 1)]
    Label {
        /// The sample.
        sample: usize,
        /// Its label.
        label: i128,
        /// Number of classes.
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
        /// Number of outputs of the network.
        expected: usize,
        /// Number of columns found.
        found: usize,
    },

    /// A target row whose probabilities do not sum to 1.
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

    /// A target row with a negative probability.
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

    /// A target that is not a probability, for outputs that are independent yes/no decisions.
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

    /// NaN or infinity in the inputs or targets.
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

    /// NaN or infinity in the network's parameters. Parameters are only searched when a result is
    /// not finite. A parameter that affects no result goes unnoticed, for example before a ReLU
    /// that is inactive for the whole batch.
    #[error(
        "`{tensor}` holds {value} at place {place}: the network has diverged (a smaller learning \
         rate helps) or was filled with values that are not finite"
    )]
    Parameter {
        /// The tensor, `affine1.weight`.
        tensor: String,
        /// The index in the tensor, in row-major order.
        place: usize,
        /// The value found.
        value: f64,
    },

    /// NaN or infinity in the gradients, although the loss is finite. The network is unchanged. Do
    /// not apply these gradients.
    #[error(
        "the gradient of `{tensor}` is {value} at place {place}, though the loss is finite: the \
         numbers on the way back are too large"
    )]
    Gradient {
        /// The tensor, `affine1.weight`.
        tensor: String,
        /// The index in the tensor, in row-major order.
        place: usize,
        /// The value found.
        value: f64,
    },

    /// A result that is not finite, although parameters and inputs are.
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

    /// The closure of `gradient_of` returned NaN or infinity, although the outputs are finite.
    #[error("the loss that the closure returned is {value}: expected a finite number")]
    ClosureLoss {
        /// The value returned.
        value: f64,
    },

    /// A batch that needs more memory than is available.
    #[error(
        "there is no memory for a batch of {}, which needs {bytes} bytes: \
         give it in smaller batches",
        counted(*samples, "sample")
    )]
    Memory {
        /// Number of samples in the batch.
        samples: usize,
        /// Number of bytes that could not be allocated.
        bytes: u128,
    },

    /// An accuracy was requested of a network with a single output, which has no argmax.
    #[error("{network} has a single output: accuracy compares the largest of several outputs")]
    SingleOutput {
        /// The network's name.
        network: &'static str,
    },

    /// Classes were requested of a network with several independent outputs: an accuracy of labels,
    /// or a confusion matrix.
    #[error(
        "{network} has several outputs, each with classes of its own: its accuracy takes rows of \
         targets, a confusion matrix is of one output"
    )]
    SeveralOutputs {
        /// The network's name.
        network: &'static str,
    },

    /// A target row that does not name a class, where classes are counted.
    #[error(
        "the target row of sample {sample} names no class: expected a one-hot row, or 0 or 1 for a \
         single output"
    )]
    NoClass {
        /// The sample.
        sample: usize,
    },

    /// An invalid learning rate.
    #[error("the learning rate is {value:?}: expected a finite number, 0 or above")]
    LearningRate {
        /// The value given.
        value: f64,
    },

    /// An invalid setting of an optimizer or schedule.
    #[error("the {name} is {value:?}: expected {expected}")]
    HyperParameter {
        /// The setting's name, such as `momentum`.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The valid values.
        expected: &'static str,
    },

    /// Arrays of different shapes at a node of a computational graph.
    #[error("{node}: the shapes {left:?} and {right:?} differ: they must be the same")]
    Shapes {
        /// `Add` or `Mul`, or the node of a `graph!` and its expression.
        node: &'static str,
        /// The shape of the left operand.
        left: Vec<usize>,
        /// The shape of the right operand.
        right: Vec<usize>,
    },

    /// At a node of a graph, a row whose length differs from that of the array's rows.
    #[error("{node}: the rows of an array of shape {array:?} are not of the shape {row:?}")]
    Row {
        /// The node and its expression, `h = x + b`.
        node: &'static str,
        /// The shape of the array.
        array: Vec<usize>,
        /// The shape of the row.
        row: Vec<usize>,
    },

    /// At a node of a graph, two arrays whose shapes do not allow a product.
    #[error(
        "{node}: the shapes {left:?} and {right:?} have no product: the last length of the first \
         must be the first length of the second"
    )]
    Dot {
        /// The node and its expression, `y = x.dot(w)`.
        node: &'static str,
        /// The shape of the left operand.
        left: Vec<usize>,
        /// The shape of the right operand.
        right: Vec<usize>,
    },
}

impl Error {
    /// The same error, with the sample that it names, if any, replaced by `place(sample)`. Use it
    /// in a loop that gathers batches from a data set, to report the sample's index in the data
    /// set:
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
        // All variants are listed, so that a new one with a sample is not forgotten.
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
            | Error::InputCount { .. }
            | Error::BatchSizes { .. }
            | Error::TargetColumns { .. }
            | Error::Parameter { .. }
            | Error::Gradient { .. }
            | Error::Overflow { what: Overflowed::Loss | Overflowed::Deviation { .. }, .. }
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

/// A result that exceeds the range of the scalar type.
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
    /// The standard deviation of a feature.
    #[error("the standard deviation of column {column}")]
    Deviation {
        /// The feature.
        column: usize,
    },
}
