//! Errors in data that is given at run time.

use core::fmt::{self, Display};

use thiserror::Error as ThisError;

use crate::layers::shape::Shape;
use crate::params::tensor::TensorInfo;
#[cfg(feature = "std")]
use crate::ranks::RankError;

/// A count followed by its noun: `1 sample`, `2 samples`.
pub(crate) fn counted(count: usize, noun: &str) -> impl Display {
    fmt::from_fn(move |f| match count {
        1 => write!(f, "1 {noun}"),
        _ => write!(f, "{count} {noun}s"),
    })
}

/// A setting as it is written in code: `0` for a count, `0.5`, `1e-30`.
fn plain(value: f64) -> impl Display {
    fmt::from_fn(move |f| match value % 1.0 == 0.0 && (-1e15..=1e15).contains(&value) {
        true => write!(f, "{value:.0}"),
        false => write!(f, "{value:?}"),
    })
}

/// The numbers of an output that chooses no class.
fn independent(numbers: usize) -> impl Display {
    fmt::from_fn(move |f| match numbers {
        1 => f.write_str("it is a single number"),
        _ => write!(f, "it has {numbers} independent numbers"),
    })
}

/// A number of classes.
fn classes(count: usize) -> impl Display {
    fmt::from_fn(move |f| match count {
        1 => f.write_str("1 class"),
        _ => write!(f, "{count} classes"),
    })
}

/// Sizes with spaces: `3 × 8 × 6`.
fn spaced(shape: &Shape) -> impl Display {
    fmt::from_fn(move |f| {
        for (at, size) in shape.sizes().iter().enumerate() {
            write!(f, "{}{size}", if at == 0 { "" } else { " × " })?;
        }
        Ok(())
    })
}

/// Invalid data: the error gives the value, its position and what was expected. Samples, features
/// and outputs are counted from 0.
///
/// An operation that returns an error has not changed the network or the gradients that it was
/// given. The exception is [`Error::Gradient`], which reports the gradients themselves.
///
/// `Debug` prints the message too, because a `main` that returns an error prints it so.
#[derive(Clone, PartialEq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A batch without samples.
    #[error("expected at least one sample in the batch, found none")]
    EmptyBatch,

    /// Samples of the wrong length.
    #[error(
        "expected {} per sample for `{network}`, found {found}; \
         pass an array of shape `batch × {expected}`",
        counted(*expected, "feature")
    )]
    Features {
        /// The network's name.
        network: &'static str,
        /// The expected length.
        expected: usize,
        /// The length found.
        found: usize,
    },

    /// Samples of another shape than the network's input.
    #[error(
        "expected samples of {expected} for `{network}`, found {found}; \
         pass an array of shape `batch × {}`, or flat rows",
        spaced(expected)
    )]
    SampleShape {
        /// The network's name.
        network: &'static str,
        /// The shape of the network's input.
        expected: &'static Shape,
        /// The shape found.
        found: Shape,
    },

    /// Samples of the wrong length, of one of several inputs.
    #[error(
        "expected {} per sample for the input `{input}`, found {found}; \
         pass an array of shape `batch × {expected}`",
        counted(*expected, "feature")
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
    #[error(
        "expected {} in the input `{input}`, as in the first input, found {found}",
        counted(*expected, "sample")
    )]
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
        "expected one target for each sample, found {} and {}",
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
    #[error(
        "expected a label from 0 to {} for sample {sample}, found {label}",
        .classes.saturating_sub(1)
    )]
    Label {
        /// The sample.
        sample: usize,
        /// Its label.
        label: i128,
        /// Number of classes.
        classes: usize,
    },

    /// A class that the network does not have, at one step of a sequence.
    #[error(
        "expected a label from 0 to {} for step {step} of sample {sample}, found {label}",
        .classes.saturating_sub(1)
    )]
    StepLabel {
        /// The sample.
        sample: usize,
        /// The step.
        step: usize,
        /// Its label.
        label: i128,
        /// Number of classes.
        classes: usize,
    },

    /// More steps than the network can take: its positions or the memory of its attention end.
    #[error("`{network}` takes at most {}; `reset` its state, or `start` anew", counted(*most, "step"))]
    MostSteps {
        /// The network's name.
        network: &'static str,
        /// The most steps.
        most: usize,
    },

    /// A network whose layers carry their state from batch to batch, in a training whose batches do not
    /// continue those before.
    #[error("`{network}` carries its state from batch to batch: expected {expected}")]
    Carries {
        /// The network's name.
        network: &'static str,
        /// What the training needs.
        expected: &'static str,
    },

    /// Labels of sequences of another length.
    #[error("expected {} per sample, found {found}", counted(*expected, "label"))]
    Steps {
        /// The number of steps of the network's output.
        expected: usize,
        /// The number of labels found.
        found: usize,
    },

    /// An index that is not below its bound, as that of a row of an
    /// [`Embedding`](crate::layers::Embedding).
    #[error(
        "expected an index below {below} in sample {sample}, place {place}, found {}",
        plain(*value)
    )]
    Index {
        /// The sample.
        sample: usize,
        /// The place in the sample's indices.
        place: usize,
        /// The value found.
        value: f64,
        /// The number of different indices.
        below: usize,
    },

    /// A length of a padded sequence that is not from 1 to the number of its steps.
    #[error("expected a length from 1 to {most} in sample {sample}, found {}", plain(*value))]
    Length {
        /// The sample.
        sample: usize,
        /// The value found.
        value: f64,
        /// The steps of the sequence.
        most: usize,
    },

    /// Target rows of the wrong length.
    #[error(
        "expected target rows of {} for the outputs of `{network}`, found {found}; \
         pass an array of shape `batch × {expected}`",
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
        "expected probabilities that sum to 1 in the target row of sample {sample}, \
         found a sum of {sum:?}"
    )]
    TargetRow {
        /// The sample.
        sample: usize,
        /// The sum of its row.
        sum: f64,
    },

    /// A target row with a negative probability.
    #[error(
        "expected probabilities in the target row of sample {sample}, \
         found {value:?} in column {column}"
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
        "expected probabilities from 0 to 1 in the target row of sample {sample}, \
         found {value:?} in column {column}"
    )]
    TargetRange {
        /// The sample.
        sample: usize,
        /// The first such column.
        column: usize,
        /// The value found.
        value: f64,
    },

    /// A target that the loss does not accept for another reason, which it gives. Losses of your own
    /// can return this error from [`invalid_target`](crate::losses::Loss::invalid_target).
    #[error(
        "the target row of sample {sample} holds {value:?} at column {column}: expected {expected}"
    )]
    Target {
        /// The sample.
        sample: usize,
        /// The first invalid column.
        column: usize,
        /// The value found.
        value: f64,
        /// The valid values or rows.
        expected: &'static str,
    },

    /// A target that the loss of one of several heads does not accept. Columns are those of the head.
    #[cfg(feature = "std")]
    #[error("the targets of output {head}: {error}")]
    Head {
        /// The output, counted from 0.
        head: usize,
        /// The error of its loss.
        error: Box<Error>,
    },

    /// The number of sample weights differs from the number of samples.
    #[error(
        "{}, but {} of samples: each sample needs one",
        counted(*samples, "sample"),
        counted(*weights, "weight")
    )]
    SampleWeights {
        /// Number of samples in the input.
        samples: usize,
        /// Number of weights.
        weights: usize,
    },

    /// The weight of a sample that is negative or not finite.
    #[error("the weight of sample {sample} is {value:?}: expected a finite number, 0 or above")]
    SampleWeight {
        /// The sample.
        sample: usize,
        /// Its weight.
        value: f64,
    },

    /// NaN or infinity in the inputs or targets.
    #[error("expected finite {place}, found {value} in sample {sample}, column {column}")]
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
        "expected finite parameters, found {value} at index {place} of `{tensor}`; if the training \
         diverged, use a smaller learning rate"
    )]
    Parameter {
        /// The tensor, `affine1.weight`.
        tensor: &'static TensorInfo,
        /// The index in the tensor, in row-major order.
        place: usize,
        /// The value found.
        value: f64,
    },

    /// NaN or infinity in the gradients, although the loss is finite. The network is unchanged. Do
    /// not apply these gradients.
    #[error(
        "expected finite gradients, found {value} at index {place} of `{tensor}`, although the \
         loss is finite; the backward pass overflows"
    )]
    Gradient {
        /// The tensor, `affine1.weight`.
        tensor: &'static TensorInfo,
        /// The index in the tensor, in row-major order.
        place: usize,
        /// The value found.
        value: f64,
    },

    /// NaN or infinity in a buffer that a training step would store, such as the running variance
    /// of a `BatchNorm`. The network is unchanged.
    #[error(
        "expected finite statistics, found {value} at index {place} of `{tensor}`; the inputs of \
         that layer are too large, scale them down"
    )]
    Buffer {
        /// The tensor, `batch_norm1.running_var`.
        tensor: &'static TensorInfo,
        /// The index in the tensor, in row-major order.
        place: usize,
        /// The value found.
        value: f64,
    },

    /// A result that is not finite, although parameters and inputs are.
    #[error(
        "expected a finite number, found {value} as {what}; inputs and parameters are finite, but \
         too large for `{scalar}`"
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
    #[error("expected a finite loss from the closure, found {value}")]
    ClosureLoss {
        /// The value returned.
        value: f64,
    },

    /// A batch that needs more memory than is available.
    #[error(
        "not enough memory for a batch of {}, which needs {bytes} bytes; pass smaller batches",
        counted(*samples, "sample")
    )]
    Memory {
        /// Number of samples in the batch.
        samples: usize,
        /// Number of bytes that could not be allocated.
        bytes: u128,
    },

    /// An accuracy was requested of a network with a single output, which has no argmax.
    #[error(
        "expected a network with classes, found the single output of `{network}`, which is a number"
    )]
    SingleOutput {
        /// The network's name.
        network: &'static str,
    },

    /// Classes were requested of a network with several independent outputs: an accuracy of labels,
    /// or a confusion matrix.
    #[error(
        "expected a network with a single output head, found several in `{network}`; its accuracy \
         needs target rows instead of labels, and `confusion_of_output` counts the classes of one"
    )]
    SeveralOutputs {
        /// The network's name.
        network: &'static str,
    },

    /// Probabilities were requested of a network whose loss has none.
    #[error(
        "the outputs of {network} are not probabilities: its loss is `{loss}`\n\
         help: `predict` returns the outputs; a loss of your own returns probabilities from \
         `Loss::probabilities`"
    )]
    NoProbabilities {
        /// The network's name.
        network: &'static str,
        /// The loss as declared, such as `Huber(2.0)`.
        loss: &'static str,
    },

    /// Classes were requested of an output that does not choose one.
    #[error(
        "output {output} of {network} chooses no class: {}, and the loss is `{loss}`\n\
         help: {}",
        independent(*numbers),
        match (numbers, loss.starts_with('(')) {
            (1, false) => "`predict` returns the number",
            (1, true) => {
                "`predict` returns the number; `classes_of_output` returns the classes of another \
                 output"
            }
            _ => "`predict_proba` returns a probability for each",
        }
    )]
    NoClasses {
        /// The network's name.
        network: &'static str,
        /// The output, counted from 0.
        output: usize,
        /// How many numbers it has.
        numbers: usize,
        /// The loss as declared, such as `Huber(2.0)`.
        loss: &'static str,
    },

    /// An output that the network does not have.
    #[error(
        "expected an output below {outputs}, the number of outputs of `{network}`, found {output}"
    )]
    NoOutput {
        /// The network's name.
        network: &'static str,
        /// The output, counted from 0.
        output: usize,
        /// The number of outputs.
        outputs: usize,
    },

    /// A target row that does not name a class, where classes are counted.
    #[error(
        "expected a class in the target row of sample {sample}: one-hot, or 0 or 1 for a single \
         output"
    )]
    NoClass {
        /// The sample.
        sample: usize,
    },

    /// Names of classes that are not as many as the classes.
    #[error(
        "{} for {}\nhelp: give one name for each class, in order",
        counted(*found, "class name"),
        classes(*expected)
    )]
    ClassNames {
        /// Number of classes.
        expected: usize,
        /// Number of names.
        found: usize,
    },

    /// An invalid learning rate.
    #[error(
        "invalid learning rate: expected a finite number of at least 0, found {}",
        plain(*value)
    )]
    LearningRate {
        /// The value given.
        value: f64,
    },

    /// An invalid setting of an optimizer or schedule.
    #[error("invalid {name}: expected {expected}, found {}", plain(*value))]
    HyperParameter {
        /// The setting's name, such as `momentum`.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The valid values.
        expected: &'static str,
    },

    /// Arrays of different shapes at a node of a computational graph.
    #[cfg(feature = "std")]
    #[error("{node}: expected arrays of the same shape, found {left:?} and {right:?}")]
    Shapes {
        /// `Add` or `Mul`, or the node of a `graph!` and its expression.
        node: &'static str,
        /// The shape of the left operand.
        left: Vec<usize>,
        /// The shape of the right operand.
        right: Vec<usize>,
    },

    /// At a node of a graph, a row whose length differs from that of the array's rows.
    #[cfg(feature = "std")]
    #[error(
        "{node}: expected a row as long as the last axis of the array, found the shapes {row:?} \
         and {array:?}"
    )]
    Row {
        /// The node and its expression, `h = x + b`.
        node: &'static str,
        /// The shape of the array.
        array: Vec<usize>,
        /// The shape of the row.
        row: Vec<usize>,
    },

    /// At a node of a graph, two arrays whose shapes do not allow a product.
    #[cfg(feature = "std")]
    #[error(
        "{node}: expected the last axis of the left array to be as long as the first axis of the \
         right array, found the shapes {left:?} and {right:?}"
    )]
    Dot {
        /// The node and its expression, `y = x.dot(w)`.
        node: &'static str,
        /// The shape of the left operand.
        left: Vec<usize>,
        /// The shape of the right operand.
        right: Vec<usize>,
    },

    /// Another rank failed, or the ranks cannot train together.
    #[cfg(feature = "std")]
    #[error("{cause}")]
    Ranks {
        /// Why.
        cause: RankError,
    },
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    /// No `From`: with two implementations, the compiler could not infer the error of a closure that
    /// ends in `Ok(())`.
    #[cfg(feature = "std")]
    pub(crate) fn of_ranks(cause: RankError) -> Error {
        Error::Ranks { cause }
    }

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
            | Error::StepLabel { sample, .. }
            | Error::Index { sample, .. }
            | Error::Length { sample, .. }
            | Error::TargetRow { sample, .. }
            | Error::NegativeTarget { sample, .. }
            | Error::TargetRange { sample, .. }
            | Error::Target { sample, .. }
            | Error::SampleWeight { sample, .. }
            | Error::NoClass { sample }
            | Error::NotFinite { sample, .. }
            | Error::Overflow { what: Overflowed::Output { sample, .. }, .. } => {
                *sample = place(*sample);
            }
            #[cfg(feature = "std")]
            Error::Head { error, .. } => {
                let inner = core::mem::replace(&mut **error, Error::EmptyBatch);
                **error = inner.map_sample(place);
            }
            Error::EmptyBatch
            | Error::Features { .. }
            | Error::SampleShape { .. }
            | Error::InputFeatures { .. }
            | Error::InputBatch { .. }
            | Error::InputCount { .. }
            | Error::BatchSizes { .. }
            | Error::SampleWeights { .. }
            | Error::Steps { .. }
            | Error::MostSteps { .. }
            | Error::Carries { .. }
            | Error::TargetColumns { .. }
            | Error::Parameter { .. }
            | Error::Gradient { .. }
            | Error::Buffer { .. }
            | Error::Overflow { what: Overflowed::Loss | Overflowed::Deviation { .. }, .. }
            | Error::ClosureLoss { .. }
            | Error::Memory { .. }
            | Error::SingleOutput { .. }
            | Error::SeveralOutputs { .. }
            | Error::NoProbabilities { .. }
            | Error::NoClasses { .. }
            | Error::NoOutput { .. }
            | Error::ClassNames { .. }
            | Error::LearningRate { .. }
            | Error::HyperParameter { .. } => {}
            #[cfg(feature = "std")]
            Error::Shapes { .. } | Error::Row { .. } | Error::Dot { .. } | Error::Ranks { .. } => {}
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
