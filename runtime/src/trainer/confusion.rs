//! The confusion matrix of a network.

use ndarray::Array2;

use super::error::Error;
use super::metrics::Evaluator;
use crate::data::Dataset;
use crate::metrics::{Classes, ConfusionMatrix, class_pairs};
use crate::network::declared::Network;

/// Returns the confusion matrix of `network`, which may be in a box, on `data`. The class of a
/// sample is its label, or the position of the 1 in a one-hot row. Of a sequence, each step within the
/// length counts. A network with a single output
/// that is a yes/no decision, as with
/// [`BinaryCrossEntropy`](crate::losses::BinaryCrossEntropy), has the classes 0 and 1.
///
/// ```
/// use chainrule::trainer::confusion;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss; }
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let matrix = confusion(&*net, (&[[0.5, 1.0], [-1.0, 2.0]], &[0, 1]))?;
/// println!("{}", matrix.with_names(["outside", "inside"])?.report());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`evaluate`](super::evaluate). Also [`Error::Samples`] with
/// [`NoClass`](crate::Error::NoClass) for a row that is not one-hot, and for a network without
/// classes: with a single number ([`SingleOutput`](crate::Error::SingleOutput)) or several outputs
/// ([`SeveralOutputs`](crate::Error::SeveralOutputs), see [`confusion_of_output`]).
pub fn confusion<N: Network>(
    network: &impl AsRef<N>,
    data: impl Dataset<N>,
) -> Result<ConfusionMatrix, Error> {
    count(network.as_ref(), &data, Classes::of::<N>())
}

/// Returns the confusion matrix of one output of `network`, counted from 0, as [`confusion`] does
/// for a network with that output alone.
///
/// ```
/// use chainrule::trainer::confusion_of_output;
/// use chainrule::{Init, Rng, network};
///
/// network! {
///     struct Net {
///         input x: [2];
///         let h = x -> Affine(8) -> Relu;
///         (h -> Affine(3), h -> Affine(1)) => (SoftmaxWithLoss, 0.5 * Huber)
///     }
/// }
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let targets = (&[0, 2], &[[0.5], [-1.0]]);
/// let matrix = confusion_of_output(&net, (&[[0.5, 1.0], [-1.0, 2.0]], targets), 0)?;
/// assert_eq!(matrix.support(2), 1);
/// # Ok::<(), chainrule::trainer::Error>(())
/// ```
///
/// # Errors
///
/// As [`confusion`]. [`Error::Samples`] with [`NoClasses`](crate::Error::NoClasses) for an output
/// that is a single number, and with [`NoOutput`](crate::Error::NoOutput) if there is no such
/// output.
pub fn confusion_of_output<N: Network>(
    network: &impl AsRef<N>,
    data: impl Dataset<N>,
    output: usize,
) -> Result<ConfusionMatrix, Error> {
    count(network.as_ref(), &data, Classes::of_output::<N>(output))
}

/// Counts the samples of `data` by their classes.
fn count<N: Network>(
    network: &N,
    data: &dyn Dataset<N>,
    classes: Result<Classes, crate::error::Error>,
) -> Result<ConfusionMatrix, Error> {
    let rejected = |cause| Error::Samples { epoch: None, cause };
    let classes = classes.map_err(rejected)?;
    let mut counts = Array2::zeros((classes.count, classes.count));
    let (mut samples, mut without_class) = (0, None);
    let indices: Vec<_> = (0..data.len()).collect();
    Evaluator::new(None).loss_with(network, data, &indices, None, |scores, targets| {
        class_pairs::<N>(&classes, scores, targets, |sample, class, predicted| match class {
            Some(class) => counts[(class, predicted)] += 1,
            None => without_class = without_class.or(Some(samples + sample)),
        });
        samples += scores.nrows();
    })?;
    match without_class {
        Some(sample) => Err(rejected(crate::error::Error::NoClass { sample })),
        None => Ok(ConfusionMatrix::new(counts)),
    }
}
