use super::batch_norm::{approach, unbiased};
use super::layer::Layer;
use super::operation::Operation;
use super::shape::Shape;
use crate::kernels::scalar::Scalar;
use crate::kernels::{
    Moments, PlaneGradients, normalise_planes, normalise_planes_back, plane_moments,
};
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Batch normalization of images (Ioffe and Szegedy, 2015, section 3.2): `BatchNorm` after an image.
/// It normalizes each channel to mean 0 and standard deviation 1 over all places of all samples of a
/// batch, then applies a learned scale and shift.
///
/// The samples of a batch are `C × H × W`. For each channel, with the mean `m` and the variance `v` of
/// its `M = batch · H · W` numbers and `c = x - m`, `s = 1 / √(v + ε)`, `ε` = 1e-5:
///
/// ```text
/// training:  y = γ c s + β
/// backward:  dβ = Σ dy
///            dγ = s Σ dy c
///            dx = γ s (dy - dβ / M - c s dγ / M)
/// else:      y = γ (x - running_mean) / √(running_var + ε) + β
/// ```
///
/// As in PyTorch's `BatchNorm2d`. The running statistics are those of
/// [`BatchNorm`](super::BatchNorm), with `M` in place of the batch size. A signal, `C × length`, is
/// an image with `H = 1`.
///
/// ```
/// use chainrule::layers::{BatchNorm2d, Layer};
/// use chainrule::{Init, Numbers, Rng};
///
/// let mut rng = Rng::seed(0);
/// let mut norm = BatchNorm2d::<2, 1, 2, f64>::zeros();
/// norm.init(Init::He, &mut rng);
///
/// // Two samples of two channels of 1×2 numbers.
/// let x = [1.0, 3.0, 10.0, 30.0, 1.0, 3.0, 10.0, 30.0];
/// let (mut output, mut kept) = ([0.0; 8], [0.0; 6]);
/// norm.forward(&x, &mut output, &mut kept, &mut rng);
/// assert!((output[0] + 1.0).abs() < 1e-4 && (output[3] - 1.0).abs() < 1e-4);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic if the batch is empty, or if `saved` does not have `3 C` elements.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct BatchNorm2d<const C: usize, const H: usize, const W: usize, T = f32> {
    /// `γ`, the standard deviation of each channel of the output. Initialized to 1.
    pub weight: [T; C],
    /// `β`, the mean of each channel of the output. Initialized to 0.
    pub bias: [T; C],
    /// The running mean of each channel, a moving average over the batches. Initialized to 0.
    #[tensors(buffer)]
    pub running_mean: [T; C],
    /// The running variance of each channel. Initialized to 1.
    #[tensors(buffer)]
    pub running_var: [T; C],
    /// The number of batches in the running statistics. In `f32` the count stops at 2²⁴.
    #[tensors(buffer)]
    pub batches: [T; 1],
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const H: usize, const W: usize, T: Scalar> Layer<T>
    for BatchNorm2d<C, H, W, T>
{
    const INPUTS: usize = C * H * W;
    const OUTPUTS: usize = C * H * W;
    const OPERATION: Operation = Operation::BatchNormLayer(Shape::new(&[C, H, W]));
    // The mean of each channel, its rounding error, and the variance.
    const SCRATCH: usize = 3 * C;

    fn init(&mut self, _init: Init, _rng: &mut Rng) {
        self.weight.fill(T::one());
        self.bias.fill(T::zero());
        self.running_mean.fill(T::zero());
        self.running_var.fill(T::one());
        self.batches = [T::zero()];
    }

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        check(input.len(), C * H * W, (saved.len(), 3 * C));
        plane_moments(input, H * W, saved);
        normalise_planes(input, Moments::of(saved), &self.weight, &self.bias, H * W, output);
    }

    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        let moments =
            Moments { mean: &self.running_mean, remainder: &[], variance: &self.running_var };
        normalise_planes(input, moments, &self.weight, &self.bias, H * W, output);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        check(input.len(), C * H * W, (saved.len(), 3 * C));
        let of_pass =
            PlaneGradients { weight: &mut grads.weight, bias: &mut grads.bias, input: dinput };
        normalise_planes_back(input, Moments::of(saved), &self.weight, dout, H * W, of_pass);
        grads.running_mean.copy_from_slice(&saved[..C]);
        match input.len() / C {
            1 => grads.running_var.copy_from_slice(&self.running_var),
            count => unbiased(&saved[2 * C..], count as f64, &mut grads.running_var),
        }
        grads.batches = [T::one()];
    }

    fn update_buffers(&mut self, grads: &Self) {
        let [batches] = grads.batches;
        if batches == T::zero() {
            return;
        }
        approach(&mut self.running_mean, &grads.running_mean, batches);
        approach(&mut self.running_var, &grads.running_var, batches);
        self.batches[0] += batches;
    }
}

fn check(input: usize, sample: usize, (saved, expected): (usize, usize)) {
    assert!(
        input > 0 && input.is_multiple_of(sample),
        "expected inputs of shape `batch × channels × height × width` in a BatchNorm"
    );
    assert_eq!(saved, expected, "what a BatchNorm keeps");
}
