use super::operation::Operation;
use super::shape::Shape;
use crate::kernels::scalar::Scalar;
use crate::params::init::Init;
use crate::params::tensor::{TensorInfo, Tensors};
use crate::rng::Rng;

/// A differentiable function that maps a batch of inputs to a batch of outputs. Its fields are its
/// tensors, and its gradients are a value of the same type.
///
/// The layers of this crate and all declared networks implement this trait. You can implement it
/// for any type, and then use its path in a chain. The numbers in the parentheses become its const
/// parameters, which precede the scalar type:
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
///     fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
///         for (at, (y, &x)) in output.iter_mut().zip(input).enumerate() {
///             *y = if x > T::zero() { x } else { self.slope[at % N] * x };
///         }
///     }
///
///     fn backward(
///         &self,
///         input: &[T],
///         _saved: &mut [T],
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
///
/// # Shapes
///
/// A layer on images states the shapes of its input and output. It then takes part in the inference of
/// the network: the layer after it sees an image, and a value of another shape is an error.
///
/// ```
/// use chainrule::layers::{Layer, Shape};
/// use chainrule::{Init, Numbers, Rng, Scalar, Tensors, network};
///
/// /// A depthwise convolution of `C × H × W`: each channel has a filter of
/// /// `K × K` of its own.
/// #[derive(Tensors)]
/// #[repr(C)]
/// pub struct Depthwise<const C: usize, const H: usize, const W: usize, const K: usize, T = f32> {
///     pub filter: [[[T; K]; K]; C],
/// }
///
/// impl<const C: usize, const H: usize, const W: usize, const K: usize, T: Scalar>
///     Depthwise<C, H, W, K, T>
/// {
///     const ROWS: usize = H - K + 1;
///     const COLUMNS: usize = W - K + 1;
///
///     /// The places in the filters, the input and the output of each product
///     /// `w[c, u, v] · x[c, i + u, j + v]` of the sum `y[c, i, j]`.
///     fn products() -> impl Iterator<Item = (usize, usize, usize)> {
///         (0..C * Self::ROWS * Self::COLUMNS).flat_map(|y| {
///             let (c, i, j) = (
///                 y / Self::COLUMNS / Self::ROWS,
///                 y / Self::COLUMNS % Self::ROWS,
///                 y % Self::COLUMNS,
///             );
///             (0..K * K).map(move |at| {
///                 (c * K * K + at, (c * H + i + at / K) * W + j + at % K, y)
///             })
///         })
///     }
/// }
///
/// impl<const C: usize, const H: usize, const W: usize, const K: usize, T: Scalar> Layer<T>
///     for Depthwise<C, H, W, K, T>
/// {
///     const INPUTS: usize = C * H * W;
///     const OUTPUTS: usize = C * Self::ROWS * Self::COLUMNS;
///     const INPUT_SHAPE: Shape = Shape::new(&[C, H, W]);
///     const OUTPUT_SHAPE: Shape = Shape::new(&[C, Self::ROWS, Self::COLUMNS]);
///
///     fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
///         let filter = self.numbers();
///         let samples = input.chunks(Self::INPUTS).zip(output.chunks_mut(Self::OUTPUTS));
///         for (input, output) in samples {
///             output.fill(T::zero());
///             for (w, x, y) in Self::products() {
///                 output[y] += filter[w] * input[x];
///             }
///         }
///     }
///
///     fn backward(
///         &self,
///         input: &[T],
///         _saved: &mut [T],
///         dout: &mut [T],
///         grads: &mut Self,
///         dinput: Option<&mut [T]>,
///     ) {
///         let (filter, dfilter) = (self.numbers(), grads.numbers_mut());
///         dfilter.fill(T::zero());
///         for (input, dout) in input.chunks(Self::INPUTS).zip(dout.chunks(Self::OUTPUTS)) {
///             for (w, x, y) in Self::products() {
///                 dfilter[w] += dout[y] * input[x];
///             }
///         }
///         let Some(dinput) = dinput else { return };
///         dinput.fill(T::zero());
///         for (dinput, dout) in dinput.chunks_mut(Self::INPUTS).zip(dout.chunks(Self::OUTPUTS)) {
///             for (w, x, y) in Self::products() {
///                 dinput[x] += filter[w] * dout[y];
///             }
///         }
///     }
/// }
///
/// network! {
///     struct Net = Input(2, 6, 6) -> Depthwise(2, 6, 6, 3) -> Relu -> Conv2d(4, 1) -> Flatten
///         -> Affine(3) => SoftmaxWithLoss;
/// }
///
/// let net = Net::<f64>::new(Init::Normal(0.5), &mut Rng::seed(0));
/// assert_eq!(net.conv1.weight[0].len(), 2); // the channels of what `Depthwise` produces
/// assert!(net.to_string().contains("2×4×4"));
/// let check = net.gradient_check(&[[0.5; 72]], &[1])?;
/// assert!(check.max_relative() < 1e-7, "{check}");
/// # Ok::<(), chainrule::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "expected a type that implements `chainrule::layers::Layer`",
    note = "for an activation of your own, write `map` before it"
)]
pub trait Layer<T: Scalar>: Tensors<T> {
    /// Number of input features per sample.
    const INPUTS: usize;
    /// Number of output features per sample.
    const OUTPUTS: usize;
    /// The shape of a sample of the input. By default the layer takes any shape with
    /// [`INPUTS`](Layer::INPUTS) features. A layer that states a shape takes only that one.
    const INPUT_SHAPE: Shape = Shape::any(Self::INPUTS);
    /// The shape of a sample of the output, [`OUTPUTS`](Layer::OUTPUTS) flat features by default.
    const OUTPUT_SHAPE: Shape = Shape::any(Self::OUTPUTS);
    /// Whether the input is any numbers. `false` for a network with an input of indices or lengths, which
    /// are checked in the inputs of a network only: it is not a layer of another.
    const TAKES_NUMBERS: bool = true;
    /// Whether training continues from batch to batch, as `Lstm(128, carry = true)` does: the `saved` of a
    /// forward pass is that of the batch before, and 0 at first. Layers of your own cannot.
    const CARRIES: bool = false;
    /// Floating-point operations in the matrix products of `forward`, per sample. A multiply-add
    /// counts as 2.
    const FLOPS: usize = 0;
    /// Floating-point operations of `forward` and of a `backward` that computes only the parameter
    /// gradients, per sample. By default, this `backward` is assumed to cost as much as `forward`.
    const TRAINING_FLOPS: usize = 2 * Self::FLOPS;
    /// Additional floating-point operations of a `backward` that also computes the gradient of the
    /// input, per sample.
    const INPUT_GRADIENT_FLOPS: usize = Self::FLOPS;
    /// Numbers per sample that `forward` saves for `backward`, including per-sample scratch memory
    /// of `backward`.
    const SAVED: usize = 0;
    /// Additional numbers of scratch memory for `backward`, independent of the batch size.
    const SCRATCH: usize = 0;
    /// Numbers of scratch memory per sample that `infer` needs.
    const INFERENCE_SAVED: usize = Self::SAVED;
    /// Additional numbers of scratch memory that `infer` needs, independent of the batch size.
    const INFERENCE_SCRATCH: usize = 0;
    /// What it computes, for those who read it from a network's table, such as an export to another
    /// format. The default is that only its code says so.
    const OPERATION: Operation = Operation::Own;
    /// The type's tensors. Macros name them through this trait, so that a type that is not a layer
    /// causes only that error.
    #[doc(hidden)]
    const LAYER_TENSORS: &'static [TensorInfo] = Self::TENSORS;

    /// Initializes the parameters. The default draws weights from `init` and sets biases to zero.
    fn init(&mut self, init: Init, rng: &mut Rng) {
        init.fill(self.numbers_mut(), Self::TENSORS, rng);
    }

    /// The forward pass of training: computes `output` (`B × O`) from `input` (`B × I`). Values
    /// that `backward` needs besides the input are saved in `saved` (`B × SAVED + SCRATCH`), whose
    /// initial contents are unspecified unless the layer [carries](Layer::CARRIES) them. A layer with random behavior draws from `rng`, the
    /// workspace's generator.
    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], rng: &mut Rng);

    /// The forward pass of inference, which no `backward` follows. `scratch` is scratch memory of size
    /// `B × INFERENCE_SAVED + INFERENCE_SCRATCH`. Override it if the layer behaves differently in training and
    /// inference.
    fn infer(&self, input: &[T], output: &mut [T], scratch: &mut [T]) {
        self.forward(input, output, scratch, &mut Rng::seed(0));
    }

    /// The backward pass. Takes the `input` of `forward` (`B × I`), the values saved in `saved`, and
    /// `dout` (`B × O`), the derivative of the loss with respect to the output. `dout` may be
    /// overwritten.
    ///
    /// Computes the derivatives with respect to the parameters, which replace the contents of
    /// `grads`. If `dinput` is given, also computes those with respect to the input (`B × I`),
    /// which replace its contents.
    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    );

    /// Updates the buffers of the layer from those of `grads`
    /// ([`Kind::Buffer`](crate::Kind::Buffer)), such as batch statistics that `backward` stored.
    /// [`Optimizer::step`](crate::Optimizer::step) calls it after the optimizer, which does not
    /// change buffers.
    fn update_buffers(&mut self, _grads: &Self) {}
}
