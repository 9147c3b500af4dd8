use super::hyper;
use super::optimizer::{Kernel, Optimizer, for_each_tensor, has_learning_rate};
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::saving::{State, Visitor};

/// RMSProp (Tieleman and Hinton, 2012; named in section 6.1.5 of the book): AdaGrad with an
/// exponential moving average instead of the sum.
///
/// ```text
/// h ← ρ h + (1 - ρ) g²
/// W ← W - η g / (√h + ε)
/// ```
///
/// `ε` is 1e-8 as in PyTorch. The code of the book uses 1e-7: `with_epsilon(1e-7)`.
#[derive(Debug)]
pub struct RmsProp<N> {
    learning_rate: f64,
    decay_rate: f64,
    epsilon: f64,
    weight_decay: f64,
    squares: Box<N>,
}

impl<N: Network> RmsProp<N> {
    /// Creates the optimizer with learning rate `η`, which is 0.01 in the book and in PyTorch, and
    /// decay rate `ρ`, which is 0.99 in PyTorch (`alpha`). Allocates its means of squares, a
    /// network of zeros.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if `η` is negative or not finite,
    /// [`Error::HyperParameter`] if `ρ` is not in `[0, 1)`.
    pub fn new(learning_rate: f64, decay_rate: f64) -> Result<RmsProp<N>, Error> {
        Ok(RmsProp {
            learning_rate: hyper::learning_rate(learning_rate)?,
            decay_rate: hyper::decay("decay rate", decay_rate)?,
            epsilon: 1e-8,
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
    pub fn with_epsilon(self, epsilon: f64) -> Result<RmsProp<N>, Error> {
        Ok(RmsProp { epsilon: hyper::epsilon::<N::Scalar>(epsilon)?, ..self })
    }

    /// Adds weight decay: replaces the gradient of each weight by `g + λ W`, except for biases
    /// (section 6.4.2 of the book).
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `λ` is negative or not finite.
    pub fn with_weight_decay(self, weight_decay: f64) -> Result<RmsProp<N>, Error> {
        Ok(RmsProp { weight_decay: hyper::weight_decay(weight_decay)?, ..self })
    }
}

has_learning_rate!(RmsProp<N>);

impl<N: Network> Optimizer<N> for RmsProp<N> {
    fn update(&mut self, network: &mut N, grads: &N) {
        let settings = [self.learning_rate, self.decay_rate, 1.0 - self.decay_rate, self.epsilon];
        let [rate, old, new, epsilon] = settings.map(N::Scalar::from_f64);
        let state = [&mut *self.squares];
        for_each_tensor(network, grads, state, self.weight_decay, |w, dw, [h], decay| {
            slow_down(w, dw, h, [rate, old, new, epsilon, decay]);
        });
    }
}

impl<N: Network> State<N> for RmsProp<N> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.kind("", "RmsProp");
        visitor.float("learning rate", &mut self.learning_rate);
        visitor.network("squares", &mut self.squares);
    }
}

/// `g = dw + λ w`, `h ← ρ h + (1 - ρ) g²`, `w ← w - η g / (√h + ε)`.
#[inline(never)]
fn slow_down<T: Scalar>(
    weights: &mut [T],
    gradients: &[T],
    squares: &mut [T],
    [rate, old, new, epsilon, decay]: [T; 5],
) {
    for ((w, &dw), h) in weights.iter_mut().zip(gradients).zip(squares) {
        let g = dw + decay * *w;
        *h = old * *h + new * (g * g);
        *w -= rate * g / (h.sqrt() + epsilon);
    }
}

instantiate!(Kernel<T, 5> = slow_down::<T>);
