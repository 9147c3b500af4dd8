//! Reports the values that a network computes, for inspection.

use core::fmt;

use super::create::workspace_for;
use super::declared::Network;
use super::input::Target;
use super::part::Part;
use super::validate::{checked_batch, checked_input, weighed_targets};
use super::workspace::{Memory, Parts};
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum_of_squares;
use crate::layers::LayerInfo;
use crate::layers::fusion::Stored;
use crate::layers::observer::Observer;
use crate::losses::Loss;

/// The magnitudes of the values of a pass, by layer: the result of a network's `trace`.
///
/// Magnitudes are root mean squares, `√(Σ v² / n)`, over the batch and the features, so that layers
/// of different widths are comparable. `Display` prints a table.
///
/// ```
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Deep = repeat 4 { Affine(3, 3) -> Sigmoid } -> Affine(3, 2) => SoftmaxWithLoss; }
///
/// let net = Deep::new(Init::Xavier, &mut Rng::seed(0));
/// let trace = net.trace(&[[1.0, -2.0, 0.5]], &[1])?;
/// // Gradients vanish on their way back through the sigmoids.
/// assert_eq!(trace.layers[0].layer, "affine1");
/// assert!(trace.layers[0].gradient < trace.layers[8].gradient);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The loss of the batch.
    pub loss: f64,
    /// The rows of [`LAYERS`](Network::LAYERS) except the last, the loss.
    pub layers: Vec<LayerTrace>,
}

/// The magnitudes of one layer's values.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerTrace {
    /// The layer's name, such as `affine1`.
    pub layer: &'static str,
    /// The magnitude of its outputs.
    pub value: f64,
    /// The magnitude of the derivatives with respect to its outputs. 0 if they are not computed
    /// because no preceding layer is trained.
    pub gradient: f64,
}

impl Trace {
    /// The layer where values stopped being finite: the first whose outputs are not finite, or else
    /// the last whose gradient is not.
    pub fn first_not_finite(&self) -> Option<&LayerTrace> {
        let forward = self.layers.iter().find(|layer| !layer.value.is_finite());
        forward.or_else(|| self.layers.iter().rev().find(|layer| !layer.gradient.is_finite()))
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.layers.iter().map(|layer| layer.layer.len()).max().unwrap_or(0).max(4);
        writeln!(f, "{:width$}  {:>9}  {:>9}", "name", "outputs", "gradient")?;
        for LayerTrace { layer, value, gradient } in &self.layers {
            writeln!(f, "{layer:width$}  {value:>9.2e}  {gradient:>9.2e}")?;
        }
        write!(f, "{:width$}  {:>9.2e}", "loss", self.loss)
    }
}

impl<T: Scalar> Observer<T> for Trace {
    fn value(&mut self, row: usize, values: &[T]) {
        self.layers[row].value = size(values);
    }

    fn gradient(&mut self, row: usize, values: &[T]) {
        self.layers[row].gradient = size(values);
    }
}

/// `√(Σ v² / n)`
fn size<T: Scalar>(values: &[T]) -> f64 {
    (sum_of_squares(values) / values.len() as f64).sqrt()
}

/// `trace`.
#[doc(hidden)]
pub fn trace<N: Network, const OUTPUTS: usize>(
    network: &N,
    x: &[impl Part<N::Scalar>],
    t: &impl Target<N::Scalar, OUTPUTS, N::Loss>,
) -> Result<Trace, Error> {
    let batch = checked_batch::<N>(x)?;
    let mut workspace = workspace_for(network);
    let Parts { arena, input, targets, rng, .. } = workspace.of_training::<N>(batch)?;
    let targets = weighed_targets::<N, OUTPUTS>(x, t, batch, targets)?;
    let input = checked_input::<N>(x, input)?;
    let layers = N::LAYERS.split_last().map_or(&[][..], |(_loss, layers)| layers);
    let unseen = |layer: &LayerInfo| LayerTrace { layer: layer.name, value: 0.0, gradient: 0.0 };
    let mut trace = Trace { loss: 0.0, layers: layers.iter().map(unseen).collect() };
    let (values, saved) = arena.split_at_mut(batch * N::OUTPUTS);
    network.forward_observed(input, values, saved, rng, &mut trace);
    trace.loss = N::loss_function().forward_weighed(values, targets, batch).0.as_f64();
    N::loss_function().backward_weighed(values, targets, batch);
    network.backward_with(input, saved, values, &mut N::zeros(), None, &mut trace, &mut Stored);
    Ok(trace)
}
