use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::params::sgd_step::SgdStep;
use crate::params::tensor::Kind;

/// A rule that updates parameters from their gradients.
///
/// Optimizer state has the type of the network. This example is a custom optimizer, which follows
/// the sign of a moving average (Bernstein et al., 2018):
///
/// ```
/// use chainrule::{Init, Kind, Network, Optimizer, Rng, network};
///
/// struct Signum<N> {
///     mean: Box<N>,
/// }
///
/// impl<N: Network<Scalar = f32>> Optimizer<N> for Signum<N> {
///     fn update(&mut self, network: &mut N, grads: &N) {
///         for tensor in N::TENSORS.iter().filter(|tensor| tensor.kind != Kind::Buffer) {
///             let mean = tensor.of_mut(self.mean.parameters_mut()).iter_mut();
///             let weights = tensor.of_mut(network.parameters_mut()).iter_mut();
///             for ((m, w), g) in mean.zip(weights).zip(tensor.of(grads.parameters())) {
///                 *m = 0.9 * *m + 0.1 * g;
///                 *w -= 0.01 * m.signum();
///             }
///         }
///     }
/// }
///
/// network! { struct Line = Affine(1, 1) => IdentityWithLoss; }
/// let mut net = Line::new(Init::Zeros, &mut Rng::seed(0));
/// let mut signum = Signum { mean: Line::zeros() };
/// for _ in 0..1000 {
///     let grads = net.gradient(&[[0.0], [1.0]], &[[1.0], [3.0]])?;
///     net.update(&mut signum, &grads);
/// }
/// assert!((net.affine1.weight[0][0] - 2.0).abs() < 0.1);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// Implement [`LearningRate`] to use it with a schedule and the [`Trainer`](crate::Trainer), and
/// [`State`](crate::saving::State) to save it in checkpoints.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer of `{N}`",
    label = "expected an optimizer, such as `Adam`",
    note = "constructors return a `Result`, and an optimizer with state belongs to one network: \
            `Adam::<{N}>::new(0.001)?`"
)]
pub trait Optimizer<N: Network> {
    /// Takes one step: changes the parameters of `network`, given the derivatives of the loss with
    /// respect to them, and leaves its buffers unchanged. `net.update(&mut optimizer, &grads)`
    /// calls this method and then updates the buffers.
    ///
    /// The optimizers of this crate do not allocate here and cannot fail. Invalid settings are
    /// reported when the optimizer is created.
    fn update(&mut self, network: &mut N, grads: &N);

    /// Returns the SGD step if the update is plain SGD; the default is `None`. `net.train_step(…)`
    /// then updates weights while their gradient is computed. An optimizer that needs the gradient
    /// itself returns `None`.
    fn sgd_step(&self) -> Option<SgdStep> {
        None
    }

    /// Takes one step: calls [`update`](Optimizer::update), then updates the buffers from those of
    /// the gradients. Equivalent to `net.update(&mut optimizer, &grads)`, for code that is generic
    /// over networks.
    fn step(&mut self, network: &mut N, grads: &N) {
        self.update(network, grads);
        network.update_buffers(grads);
    }
}

/// An optimizer whose learning rate can change between steps, for example by a
/// [`Schedule`](crate::schedule::Schedule).
#[diagnostic::on_unimplemented(
    message = "the learning rate of `{Self}` is unknown",
    label = "expected an optimizer with a learning rate, such as `Adam`"
)]
pub trait LearningRate {
    /// The learning rate, `η`, of the next step.
    fn learning_rate(&self) -> f64;

    /// Sets the learning rate of the following steps. The state does not change.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if it is negative or not finite; nothing is changed in that case.
    fn set_learning_rate(&mut self, rate: f64) -> Result<(), Error>;
}

/// Implements [`LearningRate`] with the field `learning_rate`.
macro_rules! has_learning_rate {
    ($optimizer:ident $(<$network:ident>)?) => {
        impl $(<$network>)? $crate::optim::optimizer::LearningRate for $optimizer $(<$network>)? {
            fn learning_rate(&self) -> f64 {
                self.learning_rate
            }

            fn set_learning_rate(&mut self, rate: f64) -> Result<(), $crate::error::Error> {
                self.learning_rate = $crate::optim::hyper::learning_rate(rate)?;
                Ok(())
            }
        }
    };
}
pub(super) use has_learning_rate;

/// A kernel that updates weights, given their gradients, the state, and settings.
pub(super) type Kernel<T, const SETTINGS: usize> = fn(&mut [T], &[T], &mut [T], [T; SETTINGS]);

/// Calls `step` for each trained tensor, with its parameters, gradients and state. Also passes the
/// tensor's weight decay, which is 0 for a bias.
pub(super) fn for_each_tensor<N: Network, const STATE: usize>(
    network: &mut N,
    grads: &N,
    state: [&mut N; STATE],
    weight_decay: f64,
    mut step: impl FnMut(&mut [N::Scalar], &[N::Scalar], [&mut [N::Scalar]; STATE], N::Scalar),
) {
    let (parameters, grads) = (network.parameters_mut(), grads.parameters());
    let mut state = state.map(|part| part.parameters_mut());
    for tensor in N::TENSORS {
        let decay = match tensor.kind {
            Kind::Weight => weight_decay,
            Kind::Bias => 0.0,
            Kind::Buffer => continue,
        };
        step(
            tensor.of_mut(parameters),
            tensor.of(grads),
            state.each_mut().map(|part| tensor.of_mut(part)),
            N::Scalar::from_f64(decay),
        );
    }
}
