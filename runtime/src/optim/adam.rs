use super::hyper;
use super::optimizer::{Optimizer, for_each_tensor, has_learning_rate};
use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::kernels::{instantiate, vectorised};
use crate::network::create::boxed_clone;
use crate::network::declared::Network;
use crate::saving::{State, Visitor};

/// Adam (section 6.1.6 of the book; Kingma and Ba, 2015, algorithm 1). In step `t = 1, 2, …`:
///
/// ```text
/// m ← β₁ m + (1 - β₁) g
/// v ← β₂ v + (1 - β₂) g²
/// W ← W - η m̂ / (√v̂ + ε)        m̂ = m / (1 - β₁ᵗ),  v̂ = v / (1 - β₂ᵗ)
/// ```
///
/// `β₁` is 0.9, `β₂` 0.999 and `ε` 1e-8, as in the paper and in PyTorch. The code of the book adds
/// 1e-7 to `√v` instead of `√v̂`, which has a larger effect in the first steps.
///
/// ```
/// use chainrule::{Adam, Init, Rng, network};
///
/// network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
/// let mut net = Line::new(Init::Zeros, &mut Rng::seed(0));
/// let mut adam = Adam::new(0.1)?;
/// for _ in 0..500 {
///     let grads = net.gradient(&[[0.0], [1.0]], &[[1.0], [3.0]])?;
///     net.update(&mut adam, &grads);
/// }
/// assert!((net.affine1.weight[0][0] - 2.0).abs() < 1e-2);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug)]
pub struct Adam<N> {
    learning_rate: f64,
    weight_decay: f64,
    moments: Moments<N>,
}

impl<N: Network> Adam<N> {
    /// Creates the optimizer with learning rate `η`, which is 0.001 in the paper. Allocates its
    /// moments, two networks of zeros.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if `η` is negative or not finite.
    pub fn new(learning_rate: f64) -> Result<Adam<N>, Error> {
        let learning_rate = hyper::learning_rate(learning_rate)?;
        Ok(Adam { learning_rate, weight_decay: 0.0, moments: Moments::zeros() })
    }

    /// Sets `β₁` and `β₂`.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if one of them is not in `[0, 1)`.
    pub fn with_betas(self, beta1: f64, beta2: f64) -> Result<Adam<N>, Error> {
        Ok(Adam { moments: self.moments.with_betas(beta1, beta2)?, ..self })
    }

    /// Sets `ε`.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `ε` is not finite, or not above 0 in the
    /// network's scalar type.
    pub fn with_epsilon(self, epsilon: f64) -> Result<Adam<N>, Error> {
        Ok(Adam { moments: self.moments.with_epsilon(epsilon)?, ..self })
    }

    /// Adds weight decay: replaces the gradient of each weight by `g + λ W`, except for biases
    /// (section 6.4.2 of the book). [`AdamW`](crate::AdamW) decouples weight decay from the
    /// gradient, which is usually better.
    ///
    /// # Errors
    ///
    /// [`Error::HyperParameter`] if `λ` is negative or not finite.
    pub fn with_weight_decay(self, weight_decay: f64) -> Result<Adam<N>, Error> {
        Ok(Adam { weight_decay: hyper::weight_decay(weight_decay)?, ..self })
    }
}

/// Copies the settings and the state.
impl<N: Network> Clone for Adam<N> {
    fn clone(&self) -> Adam<N> {
        Adam { moments: self.moments.clone(), ..*self }
    }
}

has_learning_rate!(Adam<N>);

impl<N: Network> Optimizer<N> for Adam<N> {
    fn update(&mut self, network: &mut N, grads: &N) {
        let decay = (0.0, self.weight_decay);
        self.moments.step(network, grads, self.learning_rate, decay);
    }
}

impl<N: Network> State<N> for Adam<N> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.kind("", "Adam");
        visitor.float("learning rate", &mut self.learning_rate);
        self.moments.visit(visitor);
    }
}

/// The moments of Adam and AdamW.
#[derive(Debug)]
pub(super) struct Moments<N> {
    betas: [f64; 2],
    epsilon: f64,
    steps: u64,
    first: Box<N>,
    second: Box<N>,
}

impl<N: Network> Moments<N> {
    pub(super) fn zeros() -> Moments<N> {
        let (first, second) = (N::zeros(), N::zeros());
        Moments { betas: [0.9, 0.999], epsilon: 1e-8, steps: 0, first, second }
    }

    pub(super) fn with_betas(self, beta1: f64, beta2: f64) -> Result<Moments<N>, Error> {
        let betas = [hyper::decay("beta1", beta1)?, hyper::decay("beta2", beta2)?];
        Ok(Moments { betas, ..self })
    }

    pub(super) fn with_epsilon(self, epsilon: f64) -> Result<Moments<N>, Error> {
        Ok(Moments { epsilon: hyper::epsilon::<N::Scalar>(epsilon)?, ..self })
    }

    /// One step of Adam. Before it, weights are reduced by `shrink` times themselves, and `decay`
    /// times the weights is added to their gradients.
    pub(super) fn step(
        &mut self,
        network: &mut N,
        grads: &N,
        rate: f64,
        (shrink, decay): (f64, f64),
    ) {
        self.steps += 1;
        let [beta1, beta2] = self.betas;
        // 1 - β₁ᵗ and √(1 - β₂ᵗ). Computed in `f64`, since they are small in the first steps.
        let [correction1, correction2] = self.betas.map(|beta| 1.0 - beta.powf(self.steps as f64));
        let settings = Settings {
            new1: 1.0 - beta1,
            kept2: beta2,
            new2: 1.0 - beta2,
            rate: rate / correction1,
            root: correction2.sqrt(),
            epsilon: self.epsilon,
        }
        .rounded::<N::Scalar>();
        let state = [&mut *self.first, &mut *self.second];
        for_each_tensor(network, grads, state, 1.0, |w, dw, [m, v], is_weight| {
            let left = N::Scalar::from_f64(1.0 - shrink * is_weight.as_f64());
            let decay = N::Scalar::from_f64(decay * is_weight.as_f64());
            adapt(w, dw, [m, v], &settings, [left, decay]);
        });
    }
}

impl<N: Network> Clone for Moments<N> {
    fn clone(&self) -> Moments<N> {
        let (first, second) = (boxed_clone(&*self.first), boxed_clone(&*self.second));
        Moments { first, second, ..*self }
    }
}

impl<N: Network> State<N> for Moments<N> {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        visitor.integer("steps", &mut self.steps);
        visitor.network("first", &mut self.first);
        visitor.network("second", &mut self.second);
    }
}

/// The settings of one step.
pub(crate) struct Settings<T> {
    /// `1 - β₁`.
    new1: T,
    /// `β₂`.
    kept2: T,
    /// `1 - β₂`.
    new2: T,
    /// `η / (1 - β₁ᵗ)`.
    rate: T,
    /// `√(1 - β₂ᵗ)`.
    root: T,
    /// `ε`.
    epsilon: T,
}

impl Settings<f64> {
    fn rounded<T: Scalar>(&self) -> Settings<T> {
        Settings {
            new1: T::from_f64(self.new1),
            kept2: T::from_f64(self.kept2),
            new2: T::from_f64(self.new2),
            rate: T::from_f64(self.rate),
            root: T::from_f64(self.root),
            epsilon: T::from_f64(self.epsilon),
        }
    }
}

vectorised! {
    /// `w ← left · w`, `g = dw + λ w`, then the formulas of [`Adam`].
    fn adapt<T: Scalar>(
        weights: &mut [T],
        gradients: &[T],
        moments: [&mut [T]; 2],
        settings: &Settings<T>,
        factors: [T; 2]
    ) {
        let &Settings { new1, kept2, new2, rate, root, epsilon } = settings;
        let ([first, second], [left, decay]) = (moments, factors);
        for (((w, &dw), m), v) in weights.iter_mut().zip(gradients).zip(first).zip(second) {
            let g = dw + decay * *w;
            *m += new1 * (g - *m);
            *v = kept2 * *v + new2 * (g * g);
            *w = left * *w - rate * *m / (v.sqrt() / root + epsilon);
        }
    }
}
