use crate::kernels::scalar::Scalar;
use crate::rng::Rng;

/// A function of each number by itself, without parameters, whose derivative
/// can be told from its output. It works in place.
///
/// Close to a bound the output has lost digits of the derivative. Where that matters,
/// networks do not go back from it: those that stand in a chain by the names
/// `Sigmoid`, `Tanh` and `Elu` compute the derivative on the way forward, and keep it.
///
/// Those of this crate stand in a chain by their names. One of your own is a
/// value that implements this trait, and stands there behind `map`:
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
    label = "behind `map` stands a value that implements `chainrule::layers::Activation`"
)]
pub trait Activation<T: Scalar> {
    /// Replaces each value `x` by `f(x)`.
    fn forward(&self, values: &mut [T]);

    /// As `forward`, while training, where chance can have a part: it is drawn
    /// from `rng`, which is the workspace's.
    fn forward_training(&self, values: &mut [T], _rng: &mut Rng) {
        self.forward(values);
    }

    /// Replaces each `∂L/∂y` in `dout` by `∂L/∂x`, given `output`, the `y = f(x)`
    /// of `forward`.
    fn backward(&self, output: &[T], dout: &mut [T]);
}

/// An activation whose output has lost digits of the derivative where it is close to a
/// bound: a network keeps the derivative instead.
#[doc(hidden)]
pub trait Sloped<T: Scalar>: Activation<T> {
    /// Replaces each value `x` by `f(x)`, as [`forward`](Activation::forward) does, and
    /// puts `f′(x)` among the `slopes`.
    fn forward_sloped(&self, values: &mut [T], slopes: &mut [T]);
}
