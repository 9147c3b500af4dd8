use super::adam::Moments;
use super::hyper;
use super::optimizer::{Optimizer, has_learning_rate};
use crate::error::Error;
use crate::network::declared::Network;
use crate::saving::{State, Visitor};

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019). Weights are reduced by
/// `W ← W - η λ W` before the step of [`Adam`](crate::Adam), independent of the size of the
/// gradients. Biases do not decay.
///
/// `λ` is 0.01, `β₁` 0.9, `β₂` 0.999 and `ε` 1e-8, as in PyTorch.
#[derive(Debug)]
pub struct AdamW<N> {
    learning_rate: f64,
    weight_decay: f64,
    moments: Moments<N>,
}

impl<N: Network> AdamW<N> {
    /// Creates the optimizer with learning rate `η`, which is 0.001 in the paper. Allocates its
    /// moments, two networks of zeros.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if `η` is negative or not finite.
    pub fn new(learning_rate: f64) -> Result<AdamW<N>, Error> {
        let learning_rate = hyper::learning_rate(learning_rate)?;
        Ok(AdamW { learning_rate, weight_decay: 0.01, moments: Moments::zeros() })
    }

    /// Sets `β₁` and `β₂`.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if one of them is not in `[0, 1)`.
    pub fn with_betas(self, beta1: f64, beta2: f64) -> Result<AdamW<N>, Error> {
        Ok(AdamW { moments: self.moments.with_betas(beta1, beta2)?, ..self })
    }

    /// Sets `ε`.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `ε` is not finite, or not above 0 in the
    /// network's scalar type.
    pub fn with_epsilon(self, epsilon: f64) -> Result<AdamW<N>, Error> {
        Ok(AdamW { moments: self.moments.with_epsilon(epsilon)?, ..self })
    }

    /// Sets `λ`.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `λ` is negative or not finite.
    pub fn with_weight_decay(self, weight_decay: f64) -> Result<AdamW<N>, Error> {
        Ok(AdamW { weight_decay: hyper::weight_decay(weight_decay)?, ..self })
    }
}

has_learning_rate!(AdamW<N>);

impl<N: Network> Optimizer<N> for AdamW<N> {
    fn update(&mut self, network: &mut N, grads: &N) {
        let shrink = self.learning_rate * self.weight_decay;
        self.moments.step(network, grads, self.learning_rate, (shrink, 0.0));
    }
}

impl<N: Network> State<N> for AdamW<N> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.kind("", "AdamW");
        visitor.float("learning rate", &mut self.learning_rate);
        self.moments.visit(visitor);
    }
}
