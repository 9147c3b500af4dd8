use crate::kernels::scalar::Scalar;
use crate::params::init::Init;
use crate::params::tensor::{TensorInfo, Tensors};
use crate::rng::Rng;

/// A layer, which maps a batch of inputs to a batch of outputs and knows its
/// derivatives. Its fields are its tensors, its gradients are a value of the
/// same type.
///
/// The layers of this crate implement it, every declared network does, and so
/// can any type: it then stands in a chain by its path. The numbers in its
/// parentheses become its const parameters, in front of the scalar type:
///
/// ```
/// use chainrule::layers::Layer;
/// use chainrule::{Init, Rng, Scalar, Tensors, network};
///
/// /// `y = x` where `x > 0`, `y = slope · x` elsewhere; one slope for each
/// /// feature, learnt (He et al., 2015).
/// #[derive(Tensors)]
/// #[repr(C)]
/// pub struct PRelu<const N: usize, T = f32> {
///     pub slope: [T; N],
/// }
///
/// impl<const N: usize, T: Scalar> Layer<T> for PRelu<N, T> {
///     const INPUTS: usize = N;
///     const OUTPUTS: usize = N;
///
///     fn init(&mut self, _init: Init, _rng: &mut Rng) {
///         self.slope = [T::from_f64(0.25); N];
///     }
///
///     fn forward(&self, input: &[T], output: &mut [T], _kept: &mut [T], _rng: &mut Rng) {
///         for (at, (y, &x)) in output.iter_mut().zip(input).enumerate() {
///             *y = if x > T::zero() { x } else { self.slope[at % N] * x };
///         }
///     }
///
///     fn backward(
///         &self,
///         input: &[T],
///         _kept: &mut [T],
///         dout: &mut [T],
///         grads: &mut Self,
///         dinput: Option<&mut [T]>,
///     ) {
///         grads.slope = [T::zero(); N];
///         for (at, (&d, &x)) in dout.iter().zip(input).enumerate() {
///             if x <= T::zero() {
///                 grads.slope[at % N] += d * x;
///             }
///         }
///         let Some(dinput) = dinput else { return };
///         for (at, (dx, &x)) in dinput.iter_mut().zip(input).enumerate() {
///             *dx = if x > T::zero() { dout[at] } else { self.slope[at % N] * dout[at] };
///         }
///     }
/// }
///
/// network! {
///     struct Net = Affine(2, 8) -> PRelu(8) -> Affine(8, 2) => SoftmaxWithLoss;
/// }
///
/// let net = Net::<f64>::new(Init::Normal(0.5), &mut Rng::seed(0));
/// let check = net.gradient_check(&[[0.3, -1.0], [2.0, 0.7]], &[0, 1])?;
/// assert!(check.max_relative() < 1e-7, "{check}");
/// assert_eq!(check.tensors[2].tensor, "p_relu1.slope");
/// # Ok::<(), chainrule::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "a layer of your own implements `chainrule::layers::Layer`",
    note = "a function of each number by itself, an `Activation`, stands behind `map`"
)]
pub trait Layer<T: Scalar>: Tensors<T> {
    /// Features that come in, per sample.
    const INPUTS: usize;
    /// Features that go out, per sample.
    const OUTPUTS: usize;
    /// Floating-point operations in the matrix products of `forward`, per
    /// sample, 2 for a multiply-add.
    const FLOPS: usize = 0;
    /// The same for `forward` and a `backward` that only computes the gradients
    /// of the parameters, which are taken to cost as much again.
    const TRAINING_FLOPS: usize = 2 * Self::FLOPS;
    /// The same for what `backward` computes in addition where the gradient of
    /// the input is asked for.
    const INPUT_GRADIENT_FLOPS: usize = Self::FLOPS;
    /// Numbers per sample that `forward` keeps for `backward`, and that
    /// `backward` needs room for.
    const KEPT: usize = 0;
    /// Numbers that `backward` needs room for in addition, however large the
    /// batch.
    const SCRATCH: usize = 0;
    /// Numbers per sample that `infer` needs room for.
    const INFERENCE_KEPT: usize = Self::KEPT;
    /// Its tensors, by this trait's name: of a type that is no layer, nothing but
    /// that should be said.
    #[doc(hidden)]
    const LAYER_TENSORS: &'static [TensorInfo] = Self::TENSORS;

    /// Draws the parameters anew: weights as `init` says, biases zero, unless a
    /// layer knows better.
    fn init(&mut self, init: Init, rng: &mut Rng) {
        init.fill(self.numbers_mut(), Self::TENSORS, rng);
    }

    /// Computes `output` (`B × O`) from `input` (`B × I`) while training. What
    /// `backward` is to know besides the input goes into `kept`
    /// (`B × KEPT + SCRATCH`); what lies there before has no meaning. A layer that
    /// leaves things to chance draws from `rng`, which is the workspace's.
    fn forward(&self, input: &[T], output: &mut [T], kept: &mut [T], rng: &mut Rng);

    /// As `forward`, where no `backward` follows: `room` is `B × INFERENCE_KEPT`.
    /// A layer that does something else while training says here what it does
    /// afterwards.
    fn infer(&self, input: &[T], output: &mut [T], room: &mut [T]) {
        self.forward(input, output, room, &mut Rng::seed(0));
    }

    /// From the `input` that `forward` had (`B × I`), what it `kept`, and the
    /// derivative of the loss with respect to its output, `dout` (`B × O`, whose
    /// room can be used for anything afterwards), computes the derivatives with
    /// respect to the parameters, which replace what is in `grads`, and, where
    /// somebody reads them, those with respect to the input (`B × I`), which
    /// replace what is in `dinput`.
    fn backward(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    );

    /// Takes over what `backward` left in the buffers of `grads`
    /// ([`Kind::Buffer`](crate::Kind::Buffer)), statistics of the batch for
    /// instance. [`Optimizer::step`](crate::Optimizer::step) calls it after the
    /// optimizer, which leaves buffers alone.
    fn update_buffers(&mut self, _grads: &Self) {}
}
