//! Targets with a weight for each sample.

use super::input::{Staging, Target};
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::losses::Targets;

/// Targets with a weight for each sample, wherever targets are given. The loss is the weighted mean
/// over the batch:
///
/// ```text
/// L = Σᵢ wᵢ Lᵢ / Σᵢ wᵢ
/// ```
///
/// A weight of 2 has the effect of a second copy of the sample, and a weight of 0 leaves the sample
/// out. If all weights are 0, the loss and the gradients are 0. If the loss weighs classes, the
/// divisor is the sum of both weights multiplied. Accuracies count each sample once.
///
/// ```
/// use chainrule::{Init, Rng, Weighted, network};
///
/// network! { struct Net = Affine(2, 3) => SoftmaxWithLoss; }
/// let net = Net::<f64>::new(Init::Xavier, &mut Rng::seed(0));
/// let x = [[0.5, -1.0], [2.0, 0.0]];
///
/// let loss = net.loss(&x, Weighted::new(&[0, 2], &[3.0, 1.0]))?;
/// let (first, second) = (net.loss(&x[..1], &[0])?, net.loss(&x[1..], &[2])?);
/// assert!((loss - (3.0 * first + second) / 4.0).abs() < 1e-15);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// In training, they are the targets of a data set: `trainer.fit((&x, Weighted::new(&t, &w)))`.
#[derive(Clone, Copy, Debug)]
pub struct Weighted<'w, Y, T> {
    targets: Y,
    weights: &'w [T],
}

impl<'w, Y, T: Scalar> Weighted<'w, Y, T> {
    /// Adds a weight for each sample to `targets`. Weights are finite numbers, 0 or above, which is
    /// checked when they are used.
    pub fn new(targets: Y, weights: &'w [T]) -> Weighted<'w, Y, T> {
        Weighted { targets, weights }
    }

    /// The targets.
    pub fn targets(&self) -> &Y {
        &self.targets
    }

    /// The weights.
    pub fn weights(&self) -> &'w [T] {
        self.weights
    }
}

#[diagnostic::do_not_recommend]
impl<Y, T: Scalar, const N: usize, L> Target<T, N, L> for Weighted<'_, Y, T>
where
    Y: Target<T, N, L>,
{
    fn stage<'a>(
        &'a self,
        network: &'static str,
        staging: Staging<'a, T>,
    ) -> Result<Targets<'a, T>, Error> {
        self.targets.stage(network, staging)
    }

    fn sample_weights(&self) -> Option<&[T]> {
        Some(self.weights)
    }
}
