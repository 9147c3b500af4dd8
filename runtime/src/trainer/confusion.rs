//! The confusion matrix of a network.

use ndarray::Array2;

use super::error::Error;
use super::metrics::Evaluator;
use crate::data::Dataset;
use crate::metrics::{Classes, ConfusionMatrix, class_pairs};
use crate::network::declared::Network;

/// Returns the confusion matrix of `network`, which may be in a box, on `data`. The class of a sample is its label, or the
/// position of the 1 in a one-hot row. A network with a single output that is a yes/no decision, as
/// with [`BinaryCrossEntropy`](crate::losses::BinaryCrossEntropy), has the classes 0 and 1.
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
/// ([`SeveralOutputs`](crate::Error::SeveralOutputs)).
pub fn confusion<N: Network>(
    network: &impl AsRef<N>,
    data: impl Dataset<N>,
) -> Result<ConfusionMatrix, Error> {
    let rejected = |cause| Error::Samples { epoch: None, cause };
    let classes = Classes::of::<N>().map_err(rejected)?;
    let mut counts = Array2::zeros((classes.count, classes.count));
    let (mut samples, mut without_class) = (0, None);
    let indices: Vec<_> = (0..data.len()).collect();
    Evaluator::new(None).loss_with(
        network.as_ref(),
        &data,
        &indices,
        None,
        |scores, targets| {
            class_pairs::<N>(classes, scores, targets, |sample, class, predicted| match class {
                Some(class) => counts[(class, predicted)] += 1,
                None => without_class = without_class.or(Some(samples + sample)),
            });
            samples += scores.nrows();
        },
    )?;
    match without_class {
        Some(sample) => Err(rejected(crate::error::Error::NoClass { sample })),
        None => Ok(ConfusionMatrix::new(counts)),
    }
}
