use super::hyper;
use super::optimizer::{Kernel, Optimizer, for_each_tensor, has_learning_rate};
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::saving::{State, Visitor};

/// Nesterov's accelerated gradient, in the form that evaluates the gradient at the current
/// parameters (Bengio et al., 2012, arXiv:1212.0901; Sutskever et al., 2013):
///
/// ```text
/// v ← μ v + g
/// W ← W - η (g + μ v)
/// ```
///
/// This is PyTorch's `SGD(nesterov=True)`. With `u = -η v` it is the paper's
/// `W ← W + μ² u - (1 + μ) η g`, where `u` is the velocity before the step. The code of the book
/// uses the velocity after the step in that formula, and so takes steps of different lengths.
#[derive(Debug)]
pub struct Nesterov<N> {
    learning_rate: f64,
    momentum: f64,
    weight_decay: f64,
    velocity: Box<N>,
}

impl<N: Network> Nesterov<N> {
    /// Creates the optimizer with learning rate `η` and momentum `μ`, usually 0.9. Allocates its
    /// velocity, a network of zeros.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if `η` is negative or not finite,
    /// [`Error::HyperParameter`] if `μ` is not in `[0, 1)`.
    pub fn new(learning_rate: f64, momentum: f64) -> Result<Nesterov<N>, Error> {
        Ok(Nesterov {
            learning_rate: hyper::learning_rate(learning_rate)?,
            momentum: hyper::decay("momentum", momentum)?,
            weight_decay: 0.0,
            velocity: N::zeros(),
        })
    }

    /// Adds weight decay: replaces the gradient of each weight by `g + λ W`, except for biases
    /// (section 6.4.2 of the book).
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `λ` is negative or not finite.
    pub fn with_weight_decay(self, weight_decay: f64) -> Result<Nesterov<N>, Error> {
        Ok(Nesterov { weight_decay: hyper::weight_decay(weight_decay)?, ..self })
    }
}

has_learning_rate!(Nesterov<N>);

impl<N: Network> Optimizer<N> for Nesterov<N> {
    fn update(&mut self, network: &mut N, grads: &N) {
        let rate = N::Scalar::from_f64(self.learning_rate);
        let momentum = N::Scalar::from_f64(self.momentum);
        let state = [&mut *self.velocity];
        for_each_tensor(network, grads, state, self.weight_decay, |w, dw, [v], decay| {
            look_ahead(w, dw, v, [rate, momentum, decay]);
        });
    }
}

impl<N: Network> State<N> for Nesterov<N> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.kind("", "Nesterov");
        visitor.float("learning rate", &mut self.learning_rate);
        visitor.network("velocity", &mut self.velocity);
    }
}

/// `g = dw + λ w`, `v ← μ v + g`, `w ← w - η (g + μ v)`.
#[inline(never)]
fn look_ahead<T: Scalar>(
    weights: &mut [T],
    gradients: &[T],
    velocity: &mut [T],
    [rate, momentum, decay]: [T; 3],
) {
    for ((w, &dw), v) in weights.iter_mut().zip(gradients).zip(velocity) {
        let g = dw + decay * *w;
        *v = momentum * *v + g;
        *w -= rate * (g + momentum * *v);
    }
}

instantiate!(Kernel<T, 3> = look_ahead::<T>);
