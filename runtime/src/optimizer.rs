//! How parameters follow their gradients.

use crate::error::Error;
use crate::kernels::descend;
use crate::network::Network;
use crate::scalar::Scalar;

/// A rule by which parameters follow their gradients.
///
/// State has the type of the network. Momentum (section 6.1.4 of the book), for
/// instance:
///
/// ```
/// use chainrule::{Init, Network, Optimizer, Rng, network};
///
/// struct Momentum<N> {
///     velocity: Box<N>,
/// }
///
/// impl<N: Network<Scalar = f32>> Optimizer<N> for Momentum<N> {
///     fn update(&mut self, network: &mut N, grads: &N) {
///         let velocity = self.velocity.parameters_mut().iter_mut();
///         let weights = network.parameters_mut().iter_mut();
///         for ((v, w), dw) in velocity.zip(weights).zip(grads.parameters()) {
///             *v = 0.9 * *v - 0.1 * dw;
///             *w += *v;
///         }
///     }
/// }
///
/// network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
/// let mut net = Line::new(Init::Zeros, &mut Rng::seed(0));
/// let mut momentum = Momentum { velocity: Line::zeros() };
/// for _ in 0..200 {
///     let grads = net.gradient(&[[0.0], [1.0]], &[[1.0], [3.0]])?;
///     net.update(&mut momentum, &grads);
/// }
/// assert!((net.affine1.weight[0][0] - 2.0).abs() < 1e-3);
/// # Ok::<(), chainrule::Error>(())
/// ```
pub trait Optimizer<N: Network> {
    /// Takes one step: changes the parameters of `network`, given the
    /// derivatives of the loss with respect to them.
    fn update(&mut self, network: &mut N, grads: &N);
}

/// Plain stochastic gradient descent (section 4.4 of the book):
/// `W ← W - η ∂L/∂W`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    learning_rate: f64,
}

impl Sgd {
    /// Descent by `learning_rate` (`η`) times the gradient.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if it is negative or not finite.
    pub fn new(learning_rate: f64) -> Result<Sgd, Error> {
        if !(learning_rate.is_finite() && learning_rate >= 0.0) {
            return Err(Error::LearningRate { value: learning_rate });
        }
        Ok(Sgd { learning_rate })
    }
}

impl<N: Network> Optimizer<N> for Sgd {
    fn update(&mut self, network: &mut N, grads: &N) {
        let rate = N::Scalar::from_f64(self.learning_rate);
        descend(network.parameters_mut(), grads.parameters(), rate);
    }
}
