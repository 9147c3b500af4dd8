//! How parameters follow their gradients.

use crate::error::Error;
use crate::network::Network;
use crate::scalar::{Scalar, compiled_here};

/// A rule by which parameters follow their gradients.
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

/// `w ← w - rate · dw`.
#[inline(never)]
fn descend<T: Scalar>(weights: &mut [T], gradients: &[T], rate: T) {
    for (w, &dw) in weights.iter_mut().zip(gradients) {
        *w -= rate * dw;
    }
}

compiled_here!(fn(&mut [T], &[T], T) = descend::<T>);
