use super::layer::Layer;
use super::operation::Operation;
use super::shape::Shape;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Moments, column_moments, normalise_columns, normalise_columns_back};
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Batch normalization (section 6.3 of the book; Ioffe and Szegedy, 2015). It normalizes each
/// feature to mean 0 and standard deviation 1 over the batch, then applies a learned scale and
/// shift.
///
/// For each of `N` features, with the mean `m` and the variance `v` of the batch and `c = x - m`,
/// `s = 1 / √(v + ε)`, `ε` = 1e-5:
///
/// ```text
/// training:  y = γ c s + β
/// backward:  dβ = Σ dy
///            dγ = s Σ dy c
///            dx = γ s (dy - dβ / B - c s dγ / B)
/// else:      y = γ (x - running_mean) / √(running_var + ε) + β
/// ```
///
/// As in PyTorch's `BatchNorm1d`, normalization uses the biased variance `v`, divided by the batch
/// size. `running_var` uses the unbiased estimate, divided by the batch size minus 1.
///
/// `backward` stores the mean and the variance of the batch in the buffers of the gradients.
/// [`step`](crate::Optimizer::step) then moves the running statistics a tenth of the way towards
/// them. Gradients of several batches can be summed or averaged; the running statistics then move
/// towards the average of the batches.
///
/// A batch of a single sample has variance 0: all outputs are `β`, only `β` is trained, and
/// `running_var` does not change. PyTorch rejects such a batch.
///
/// `γ` and `β` are one-dimensional tensors, to which weight decay does not apply. The bias of a
/// preceding [`Affine`](super::Affine) has no effect, since the mean is subtracted. Its gradient
/// consists of rounding errors only.
///
/// ```
/// use chainrule::layers::{BatchNorm, Layer};
/// use chainrule::{Init, Numbers, Rng};
///
/// let mut rng = Rng::seed(0);
/// let mut norm = BatchNorm::<2, f64>::zeros();
/// norm.init(Init::He, &mut rng);
///
/// // Three samples of two features.
/// let (mut output, mut kept) = ([0.0; 6], [0.0; 6]);
/// norm.forward(&[1.0, 10.0, 2.0, 20.0, 3.0, 30.0], &mut output, &mut kept, &mut rng);
/// assert!((output[0] + 1.5_f64.sqrt()).abs() < 1e-4);
/// assert_eq!(output[2..4], [0.0, 0.0]);
///
/// // Before anything was learnt, the running mean is 0 and the variance 1.
/// norm.infer(&[1.0, 10.0], &mut output[..2], &mut []);
/// assert!((output[1] - 10.0).abs() < 1e-4);
/// ```
///
/// # Panics
///
/// `forward` and `backward` panic if the batch is empty, or if `saved` does not have `3 N` elements.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct BatchNorm<const N: usize, T = f32> {
    /// `γ`, the standard deviation of each output feature. Initialized to 1.
    pub weight: [T; N],
    /// `β`, the mean of each output feature. Initialized to 0.
    pub bias: [T; N],
    /// The running mean of each feature, a moving average over the batches. Initialized to 0.
    #[tensors(buffer)]
    pub running_mean: [T; N],
    /// The running variance of each feature. Initialized to 1.
    #[tensors(buffer)]
    pub running_var: [T; N],
    /// The number of batches in the running statistics. In `f32` the count stops at 2²⁴.
    #[tensors(buffer)]
    pub batches: [T; 1],
}

/// The fraction by which the running statistics move towards those of a batch.
const MOMENTUM: f64 = 0.1;

#[diagnostic::do_not_recommend]
impl<const N: usize, T: Scalar> Layer<T> for BatchNorm<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    const OPERATION: Operation = Operation::BatchNormLayer(Shape::flat(N));
    // The mean of each feature, its rounding error, and the variance.
    const SCRATCH: usize = 3 * N;

    fn init(&mut self, _init: Init, _rng: &mut Rng) {
        self.weight.fill(T::one());
        self.bias.fill(T::zero());
        self.running_mean.fill(T::zero());
        self.running_var.fill(T::one());
        self.batches = [T::zero()];
    }

    fn forward(&self, input: &[T], output: &mut [T], saved: &mut [T], _rng: &mut Rng) {
        check(input.len(), N, saved.len());
        column_moments(input, saved);
        normalise_columns(input, Moments::of(saved), &self.weight, &self.bias, output);
    }

    fn infer(&self, input: &[T], output: &mut [T], _room: &mut [T]) {
        let moments =
            Moments { mean: &self.running_mean, remainder: &[], variance: &self.running_var };
        normalise_columns(input, moments, &self.weight, &self.bias, output);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        check(input.len(), N, saved.len());
        let (moments, dweight, dbias) = (Moments::of(saved), &mut grads.weight, &mut grads.bias);
        normalise_columns_back(input, moments, &self.weight, dout, dweight, dbias, dinput);

        let batch = (input.len() / N) as f64;
        grads.running_mean.copy_from_slice(&saved[..N]);
        match batch {
            1.0 => grads.running_var.copy_from_slice(&self.running_var),
            _ => unbiased(&saved[2 * N..], batch, &mut grads.running_var),
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

fn check(input: usize, columns: usize, saved: usize) {
    assert!(
        input > 0 && input.is_multiple_of(columns),
        "expected inputs of shape `batch × features` in a BatchNorm"
    );
    assert_eq!(saved, 3 * columns, "what a BatchNorm keeps");
}

/// The unbiased variance, computed from the biased variance of a batch.
pub(super) fn unbiased<T: Scalar>(variance: &[T], batch: f64, unbiased: &mut [T]) {
    let factor = T::from_f64(batch / (batch - 1.0));
    for (unbiased, &variance) in unbiased.iter_mut().zip(variance) {
        *unbiased = variance * factor;
    }
}

/// Moves each running statistic towards the mean of `batches`, given their sum.
pub(super) fn approach<T: Scalar>(running: &mut [T], sums: &[T], batches: T) {
    for (running, &sum) in running.iter_mut().zip(sums) {
        *running += T::from_f64(MOMENTUM) * (sum / batches - *running);
    }
}
