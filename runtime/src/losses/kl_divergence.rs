// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::loss::{Loss, OutputFunction, checked_outputs, rows};
use super::softmax::{SoftmaxWithLoss, forward_sum};
use super::targets::Targets;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::kernels::sum_of;

/// Softmax and the Kullback-Leibler divergence in one: how far the outputs are from target
/// distributions, such as the outputs of a larger network.
///
/// For scores `x` (`B × O`) and targets `t`, whose rows sum to 1:
///
/// ```text
/// yᵢⱼ = exp(xᵢⱼ) / Σₖ exp(xᵢₖ)
/// L   = 1/B Σᵢⱼ tᵢⱼ (ln tᵢⱼ - ln yᵢⱼ)
/// dx  = dout · (y - t) / B
/// ```
///
/// It is the loss of [`SoftmaxWithLoss`] without the entropy of the targets, so its gradient is the
/// same, and its value is 0 if the outputs equal the targets. A target of 0 adds nothing. It equals
/// PyTorch's `kl_div(log_softmax(x), t, reduction="batchmean")`.
///
/// ```
/// use chainrule::losses::{KlDivergence, Loss, Targets};
///
/// let mut values = [0.3_f64.ln(), 0.2_f64.ln(), 0.5_f64.ln()];
/// let loss = KlDivergence.forward(&mut values, Targets::Rows(&[0.5, 0.0, 0.5]), 1);
/// assert!((loss - 0.5 * (0.5_f64 / 0.3).ln()).abs() < 1e-15);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic on [`Targets::Labels`]: for a single class, use
/// [`SoftmaxWithLoss`]. A network rejects labels at compile time. Both also panic on slices that do
/// not match, see [`Loss`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KlDivergence;

#[diagnostic::do_not_recommend]
impl<T: Scalar> Loss<T> for KlDivergence {
    #[inline(never)]
    fn forward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize) -> T {
        let outputs = checked_outputs(values, targets, batch);
        let rows = rows(targets, "KlDivergence");
        // t ln t, which is 0 for t = 0.
        let negative_entropy = sum_of(rows.len(), |at| match rows[at].as_f64() {
            0.0 => 0.0,
            t => t * t.ln(),
        });
        let cross_entropy = forward_sum(values, targets, outputs);
        T::from_f64((cross_entropy + negative_entropy) / batch as f64)
    }

    #[inline(never)]
    fn backward(&self, values: &mut [T], targets: Targets<'_, T>, batch: usize, dout: T) {
        // Both passes check that the targets are rows.
        rows(targets, "KlDivergence");
        SoftmaxWithLoss.backward(values, targets, batch, dout);
    }

    fn probabilities(&self, scores: &mut [T], outputs: usize) -> bool {
        SoftmaxWithLoss.probabilities(scores, outputs)
    }

    fn output_function(&self) -> OutputFunction {
        OutputFunction::Softmax
    }

    fn is_valid_target(&self, row: &[T]) -> bool {
        SoftmaxWithLoss.is_valid_target(row)
    }
}

instantiate!(&(dyn Loss<T> + Sync) = &KlDivergence);
