//! The accuracy of one output of a network with several.

use ndarray::ArrayView2;

use super::metric::Metric;
use crate::losses::{Loss, Targets, output_accuracy};
use crate::network::accuracy::{among_first, answers_by_itself, choices, each_of_output};
use crate::network::declared::Network;

/// The accuracy of one output of a network, counted from 0. A trainer adds it for each output of a
/// network with a loss for each, as `accuracy_0`, `accuracy_1` and so on.
///
/// It is without a value for an output with a single number that is not a decision, and for labels,
/// which are targets of a network with one output.
///
/// ```
/// use chainrule::metrics::OutputAccuracy;
/// use chainrule::{Init, Rng, Sgd, Trainer, network};
///
/// network! {
///     struct Net {
///         input x: [2];
///         let h = x -> Affine(8) -> Relu;
///         (h -> Affine(3), h -> Affine(1)) => (SoftmaxWithLoss, 0.5 * Huber)
///     }
/// }
/// let net = Net::new(Init::He, &mut Rng::seed(0));
/// let (x, targets) = (&[[0.5, 1.0], [-1.0, 2.0]], (&[0, 2], &[[0.5], [-1.0]]));
/// let mut trainer = Trainer::new(net, Sgd::new(0.1)?).metric(OutputAccuracy::top_k(0, 2));
/// let history = trainer.fit((x, targets))?;
/// let last = &history[history.len() - 1];
/// assert!(last.metric("accuracy_0").is_some_and(|accuracy| accuracy.train.is_some()));
/// assert_eq!(last.metric("accuracy_1"), None);
/// assert!(last.metric("top_2_accuracy_0").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputAccuracy {
    output: usize,
    /// The number of largest scores among which the class is looked for.
    top_k: Option<usize>,
    name: String,
}

impl OutputAccuracy {
    /// The accuracy of `output`.
    pub fn new(output: usize) -> OutputAccuracy {
        OutputAccuracy { output, top_k: None, name: format!("accuracy_{output}") }
    }

    /// How often the class is among the `k` largest scores of `output`, in each step of a sequence.
    /// Without a value unless `k` is from 1 to the number of scores, and for independent decisions.
    pub fn top_k(output: usize, k: usize) -> OutputAccuracy {
        OutputAccuracy { output, top_k: Some(k), name: format!("top_{k}_accuracy_{output}") }
    }

    /// Those of a network with a loss for each output that can be judged.
    pub(crate) fn of_heads<N: Network>() -> impl Iterator<Item = OutputAccuracy> {
        let has_heads = N::loss_function().head(0).is_some();
        let outputs = N::OUTPUT_PARTS.iter().enumerate().filter(move |&(output, &numbers)| {
            has_heads && (numbers > 1 || answers_by_itself::<N>(output))
        });
        outputs.map(|(output, _)| OutputAccuracy::new(output))
    }

    /// Whether the class can be among the largest scores.
    fn is_valid<N: Network>(&self) -> bool {
        let Some(k) = self.top_k else { return true };
        choices::<N>(self.output).is_some_and(|classes| (1..=classes).contains(&k))
    }
}

impl<N: Network> Metric<N> for OutputAccuracy {
    fn name(&self) -> &str {
        &self.name
    }

    /// The number of samples, and of those that are correct.
    fn sums(&self) -> usize {
        2
    }

    fn add(
        &self,
        scores: ArrayView2<'_, N::Scalar>,
        targets: Targets<'_, N::Scalar>,
        sums: &mut [f64],
    ) {
        let Some(scores) = scores.to_slice().filter(|_| self.is_valid::<N>()) else { return };
        each_of_output::<N>(self.output, scores, targets, |loss, scores, target| {
            let part = match self.top_k {
                None => output_accuracy(loss, scores, target),
                Some(k) => among_first(loss, scores, target, k),
            };
            if let Some(part) = part {
                sums[0] += 1.0;
                sums[1] += part;
            }
        });
    }

    fn value(&self, sums: &[f64]) -> Option<f64> {
        (sums[0] > 0.0).then(|| sums[1] / sums[0])
    }
}
