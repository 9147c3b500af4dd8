use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// An elementwise function without parameters whose derivative can be computed from its output. It
/// works in place.
///
/// Close to a bound, the output has lost digits of the derivative. Networks therefore do not
/// compute the derivatives of `Sigmoid`, `Tanh` and `Elu` from their outputs: layers declared by
/// these names compute the derivative in the forward pass and save it.
///
/// A chain refers to the activations of this crate by name. A custom activation is a value that
/// implements this trait, written with `map`:
///
/// ```
/// use chainrule::layers::Activation;
/// use chainrule::{Init, Rng, Scalar, network};
///
/// /// `y = x / (1 + |x|)`, `dx = dy · (1 - |y|)²`.
/// pub struct Softsign;
///
/// impl<T: Scalar> Activation<T> for Softsign {
///     fn forward(&self, values: &mut [T]) {
///         for x in values {
///             *x = *x / (T::one() + x.abs());
///         }
///     }
///
///     fn backward(&self, output: &[T], dout: &mut [T]) {
///         for (d, &y) in dout.iter_mut().zip(output) {
///             *d *= (T::one() - y.abs()).powi(2);
///         }
///     }
/// }
///
/// network! {
///     struct Net = Affine(2, 8) -> map Softsign -> Affine(8, 2) => SoftmaxWithLoss;
/// }
///
/// let net = Net::<f64>::new(Init::Xavier, &mut Rng::seed(0));
/// let check = net.gradient_check(&[[0.3, -1.0], [2.0, 0.7]], &[0, 1])?;
/// assert!(check.max_relative() < 1e-7, "{check}");
/// # Ok::<(), chainrule::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    label = "expected a value after `map` that implements `chainrule::layers::Activation`"
)]
pub trait Activation<T: Scalar> {
    /// Replaces each value `x` by `f(x)`.
    fn forward(&self, values: &mut [T]);

    /// The variant of `forward` for training, where an activation can be random. It draws from
    /// `rng`, the workspace's generator.
    fn forward_training(&self, values: &mut [T], _rng: &mut Rng) {
        self.forward(values);
    }

    /// Replaces each `∂L/∂y` in `dout` by `∂L/∂x`, given `output`, the `y = f(x)`
    /// of `forward`.
    fn backward(&self, output: &[T], dout: &mut [T]);
}

/// An activation whose output has lost digits of the derivative close to a bound. A network saves
/// the derivative instead.
#[doc(hidden)]
pub trait Sloped<T: Scalar>: Activation<T> {
    /// Replaces each value `x` by `f(x)`, as [`forward`](Activation::forward) does, and writes
    /// `f′(x)` to `slopes`.
    fn forward_sloped(&self, values: &mut [T], slopes: &mut [T]);
}
