use super::hyper;
use super::optimizer::{Kernel, Optimizer, for_each_tensor, has_learning_rate};
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::saving::{State, Visitor};

/// AdaGrad (section 6.1.5 of the book; Duchi et al., 2011). The learning rate of each parameter
/// decreases with the sum of its squared gradients:
///
/// ```text
/// h ← h + g²
/// W ← W - η g / (√h + ε)
/// ```
///
/// `ε` is 1e-10 as in PyTorch. The book's formula has no `ε`; its code uses 1e-7,
/// `with_epsilon(1e-7)`.
#[derive(Debug)]
pub struct AdaGrad<N> {
    learning_rate: f64,
    epsilon: f64,
    weight_decay: f64,
    squares: Box<N>,
}

impl<N: Network> AdaGrad<N> {
    /// Creates the optimizer with learning rate `η`, which is 0.01 in the book and in PyTorch.
    /// Allocates its state, a network of zeros.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if `η` is negative or not finite.
    pub fn new(learning_rate: f64) -> Result<AdaGrad<N>, Error> {
        Ok(AdaGrad {
            learning_rate: hyper::learning_rate(learning_rate)?,
            epsilon: 1e-10,
            weight_decay: 0.0,
            squares: N::zeros(),
        })
    }

    /// Sets `ε`.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `ε` is not finite, or not above 0 in the
    /// network's scalar type.
    pub fn with_epsilon(self, epsilon: f64) -> Result<AdaGrad<N>, Error> {
        Ok(AdaGrad { epsilon: hyper::epsilon::<N::Scalar>(epsilon)?, ..self })
    }

    /// Adds weight decay: replaces the gradient of each weight by `g + λ W`, except for biases
    /// (section 6.4.2 of the book).
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `λ` is negative or not finite.
    pub fn with_weight_decay(self, weight_decay: f64) -> Result<AdaGrad<N>, Error> {
        Ok(AdaGrad { weight_decay: hyper::weight_decay(weight_decay)?, ..self })
    }
}

has_learning_rate!(AdaGrad<N>);

impl<N: Network> Optimizer<N> for AdaGrad<N> {
    fn update(&mut self, network: &mut N, grads: &N) {
        let rate = N::Scalar::from_f64(self.learning_rate);
        let epsilon = N::Scalar::from_f64(self.epsilon);
        let state = [&mut *self.squares];
        for_each_tensor(network, grads, state, self.weight_decay, |w, dw, [h], decay| {
            slow_down(w, dw, h, [rate, epsilon, decay]);
        });
    }
}

impl<N: Network> State<N> for AdaGrad<N> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.kind("", "AdaGrad");
        visitor.float("learning rate", &mut self.learning_rate);
        visitor.network("squares", &mut self.squares);
    }
}

/// `g = dw + λ w`, `h ← h + g²`, `w ← w - η g / (√h + ε)`.
#[inline(never)]
fn slow_down<T: Scalar>(
    weights: &mut [T],
    gradients: &[T],
    squares: &mut [T],
    [rate, epsilon, decay]: [T; 3],
) {
    for ((w, &dw), h) in weights.iter_mut().zip(gradients).zip(squares) {
        let g = dw + decay * *w;
        *h += g * g;
        *w -= rate * g / (h.sqrt() + epsilon);
    }
}

instantiate!(Kernel<T, 3> = slow_down::<T>);
