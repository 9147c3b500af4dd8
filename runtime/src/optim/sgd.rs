use super::hyper;
use super::optimizer::{Optimizer, has_learning_rate};
use crate::error::Error;
use crate::network::declared::Network;
use crate::params::sgd_step::SgdStep;
#[cfg(feature = "std")]
use crate::saving::{State, Visitor};

/// Plain stochastic gradient descent (section 4.4 of the book):
/// `W ← W - η g`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    learning_rate: f64,
    weight_decay: f64,
}

impl Sgd {
    /// Creates the optimizer with this learning rate, `η`.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if it is negative or not finite.
    pub fn new(learning_rate: f64) -> Result<Sgd, Error> {
        Ok(Sgd { learning_rate: hyper::learning_rate(learning_rate)?, weight_decay: 0.0 })
    }

    /// Adds weight decay: replaces the gradient of each weight by `g + λ W`, except for biases
    /// (section 6.4.2 of the book).
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `λ` is negative or not finite.
    pub fn with_weight_decay(self, weight_decay: f64) -> Result<Sgd, Error> {
        Ok(Sgd { weight_decay: hyper::weight_decay(weight_decay)?, ..self })
    }

    fn step_rule(&self) -> SgdStep {
        SgdStep { learning_rate: self.learning_rate, weight_decay: self.weight_decay }
    }
}

has_learning_rate!(Sgd);

impl<N: Network> Optimizer<N> for Sgd {
    fn update(&mut self, network: &mut N, grads: &N) {
        self.step_rule().apply(network, grads, N::TENSORS.iter());
    }

    fn sgd_step(&self) -> Option<SgdStep> {
        Some(self.step_rule())
    }
}

#[cfg(feature = "std")]
impl<N: Network> State<N> for Sgd {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.kind("", "Sgd");
        visitor.float("learning rate", &mut self.learning_rate);
    }
}
