use crate::error::Error;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::params::sgd_step::SgdStep;
use crate::params::tensor::Kind;

/// A rule by which parameters follow their gradients.
///
/// State has the type of the network. Here is one of your own, which follows
/// the sign of a running mean (Bernstein et al., 2018):
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
/// With [`LearningRate`] a schedule and the [`Trainer`](crate::Trainer) can work with
/// it, with [`State`](crate::saving::State) it goes into checkpoints.
pub trait Optimizer<N: Network> {
    /// Takes one step: changes the parameters of `network`, given the
    /// derivatives of the loss with respect to them, and leaves its buffers alone.
    /// `net.update(&mut optimizer, &grads)` calls it, and brings the buffers up to
    /// date.
    ///
    /// The optimizers of this crate allocate nothing here and cannot fail: all
    /// that can be wrong is told when they are made.
    fn update(&mut self, network: &mut N, grads: &N);

    /// The update, if it is plain SGD: `net.train_step(…)` then updates weights while
    /// their gradient is computed. An optimizer that needs the gradient itself returns
    /// `None`, the default.
    fn sgd_step(&self) -> Option<SgdStep> {
        None
    }

    /// Takes one step: [`update`](Optimizer::update), then the buffers that come with the
    /// gradients. The same as `net.update(&mut optimizer, &grads)`, for code that works
    /// with any network.
    fn step(&mut self, network: &mut N, grads: &N) {
        self.update(network, grads);
        network.update_buffers(grads);
    }
}

/// An optimizer whose learning rate can be changed between two steps, by a
/// [`Schedule`](crate::schedule::Schedule) for instance.
pub trait LearningRate {
    /// The learning rate, `η`, of the next step.
    fn learning_rate(&self) -> f64;

    /// Takes the next steps with learning rate `rate`. The state stays as it is.
    ///
    /// # Errors
    ///
    /// [`Error::LearningRate`] if it is negative or not finite; nothing is
    /// changed then.
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

/// What changes weights, given their gradients, one part of the state, and some
/// settings.
pub(super) type Kernel<T, const SETTINGS: usize> = fn(&mut [T], &[T], &mut [T], [T; SETTINGS]);

/// Calls `step` with the numbers of each trained tensor, of its gradients, and of each
/// part of the state, and with the tensor's weight decay: that given for a
/// weight, none for a bias.
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
