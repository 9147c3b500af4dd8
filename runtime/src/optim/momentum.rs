use super::hyper;
use super::optimizer::{Kernel, Optimizer, for_each_tensor, has_learning_rate};
use crate::error::Error;
use crate::kernels::instantiate;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::saving::{State, Visitor};

/// Gradient descent with momentum (section 6.1.4 of the book):
///
/// ```text
/// v ← μ v + g
/// W ← W - η v
/// ```
///
/// The book includes the rate in the velocity, `v ← μ v - η g` and `W ← W + v`. With a constant
/// rate, the steps are the same. Here, as in PyTorch's `SGD`, a new rate applies immediately to the
/// existing velocity.
///
/// ```
/// use chainrule::{Init, Momentum, Rng, network};
///
/// network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
/// let mut net = Line::new(Init::Zeros, &mut Rng::seed(0));
/// let mut momentum = Momentum::new(0.1, 0.9)?;
/// for _ in 0..200 {
///     let grads = net.gradient(&[[0.0], [1.0]], &[[1.0], [3.0]])?;
///     net.update(&mut momentum, &grads);
/// }
/// assert!((net.affine1.weight[0][0] - 2.0).abs() < 1e-3);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug)]
pub struct Momentum<N> {
    learning_rate: f64,
    momentum: f64,
    weight_decay: f64,
    velocity: Box<N>,
}

impl<N: Network> Momentum<N> {
    /// Creates the optimizer with learning rate `η` and momentum `μ`, which is 0.9 in the book.
    /// Allocates its velocity, a network of zeros.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if `η` is negative or not finite,
    /// [`Error::HyperParameter`] if `μ` is not in `[0, 1)`.
    pub fn new(learning_rate: f64, momentum: f64) -> Result<Momentum<N>, Error> {
        Ok(Momentum {
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
    pub fn with_weight_decay(self, weight_decay: f64) -> Result<Momentum<N>, Error> {
        Ok(Momentum { weight_decay: hyper::weight_decay(weight_decay)?, ..self })
    }
}

has_learning_rate!(Momentum<N>);

impl<N: Network> Optimizer<N> for Momentum<N> {
    fn update(&mut self, network: &mut N, grads: &N) {
        let rate = N::Scalar::from_f64(self.learning_rate);
        let momentum = N::Scalar::from_f64(self.momentum);
        let state = [&mut *self.velocity];
        for_each_tensor(network, grads, state, self.weight_decay, |w, dw, [v], decay| {
            roll(w, dw, v, [rate, momentum, decay]);
        });
    }
}

impl<N: Network> State<N> for Momentum<N> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.kind("", "Momentum");
        visitor.float("learning rate", &mut self.learning_rate);
        visitor.network("velocity", &mut self.velocity);
    }
}

/// `v ← μ v + dw + λ w`, `w ← w - η v`.
#[inline(never)]
fn roll<T: Scalar>(
    weights: &mut [T],
    gradients: &[T],
    velocity: &mut [T],
    [rate, momentum, decay]: [T; 3],
) {
    for ((w, &dw), v) in weights.iter_mut().zip(gradients).zip(velocity) {
        *v = momentum * *v + (dw + decay * *w);
        *w -= rate * *v;
    }
}

instantiate!(Kernel<T, 3> = roll::<T>);
