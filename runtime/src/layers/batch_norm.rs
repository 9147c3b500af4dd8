use super::layer::Layer;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Moments, column_moments, normalise_columns, normalise_columns_back};
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Batch normalisation (section 6.3 of the book; Ioffe and Szegedy, 2015): each
/// feature is brought to mean 0 and deviation 1 over the batch, then stretched and
/// moved by numbers that are learnt.
///
/// For each of `N` features, with the mean `m` and the variance `v` of the batch
/// and `c = x - m`, `s = 1 / √(v + ε)`, `ε` = 1e-5:
///
/// ```text
/// training:  y = γ c s + β
/// backward:  dβ = Σ dy
///            dγ = s Σ dy c
///            dx = γ s (dy - dβ / B - c s dγ / B)
/// else:      y = γ (x - running_mean) / √(running_var + ε) + β
/// ```
///
/// As PyTorch's `BatchNorm1d`: `v` is divided by the size of the batch to
/// normalise, and by one less for `running_var`, which is its estimate for data
/// never seen.
///
/// `backward` leaves the mean and the variance of the batch in the buffers of the
/// gradients, from where [`step`](crate::Optimizer::step) brings the running
/// ones a tenth of the way closer. Gradients of several batches can be added up, or
/// averaged: the buffers then come closer to the average.
///
/// A batch of a single sample has variance 0, so that all outputs are `β` and
/// nothing is learnt but that; `running_var` stays as it is. PyTorch refuses it.
///
/// `γ` and `β` are tensors of one dimension, which weight decay leaves alone. The
/// bias of an [`Affine`](super::Affine) in front has no effect, since the mean is
/// taken away again: its gradient is nothing but rounding.
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
/// `forward` and `backward` panic if there is no sample, or if `kept` is not
/// `3 N` numbers.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct BatchNorm<const N: usize, T = f32> {
    /// `γ`, the deviation of each feature afterwards; starts at 1.
    pub weight: [T; N],
    /// `β`, the mean of each feature afterwards; starts at 0.
    pub bias: [T; N],
    /// The mean of each feature in the batches so far, the last ones above all.
    /// Starts at 0.
    #[tensors(buffer)]
    pub running_mean: [T; N],
    /// The variance of each feature likewise. Starts at 1.
    #[tensors(buffer)]
    pub running_var: [T; N],
    /// Of how many batches the two are. In `f32` the count ends at 2²⁴.
    #[tensors(buffer)]
    pub batches: [T; 1],
}

/// How far the running statistics come closer to those of a batch.
const MOMENTUM: f64 = 0.1;

#[diagnostic::do_not_recommend]
impl<const N: usize, T: Scalar> Layer<T> for BatchNorm<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    // The mean of each feature, what is lost of it by rounding, and the variance.
    const SCRATCH: usize = 3 * N;

    fn init(&mut self, _init: Init, _rng: &mut Rng) {
        self.weight.fill(T::one());
        self.bias.fill(T::zero());
        self.running_mean.fill(T::zero());
        self.running_var.fill(T::one());
        self.batches = [T::zero()];
    }

    fn forward(&self, input: &[T], output: &mut [T], kept: &mut [T], _rng: &mut Rng) {
        check(input.len(), N, kept.len());
        column_moments(input, kept);
        normalise_columns(input, Moments::of(kept), &self.weight, &self.bias, output);
    }

    fn infer(&self, input: &[T], output: &mut [T], _room: &mut [T]) {
        let moments =
            Moments { mean: &self.running_mean, remainder: &[], variance: &self.running_var };
        normalise_columns(input, moments, &self.weight, &self.bias, output);
    }

    fn backward(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        check(input.len(), N, kept.len());
        let (moments, dweight, dbias) = (Moments::of(kept), &mut grads.weight, &mut grads.bias);
        normalise_columns_back(input, moments, &self.weight, dout, dweight, dbias, dinput);

        let batch = (input.len() / N) as f64;
        grads.running_mean.copy_from_slice(&kept[..N]);
        match batch {
            1.0 => grads.running_var.copy_from_slice(&self.running_var),
            _ => unbiased(&kept[2 * N..], batch, &mut grads.running_var),
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

fn check(input: usize, columns: usize, kept: usize) {
    assert!(input > 0 && input.is_multiple_of(columns), "the inputs of a BatchNorm");
    assert_eq!(kept, 3 * columns, "what a BatchNorm keeps");
}

/// The variance of what a batch was drawn from, given that of the batch.
fn unbiased<T: Scalar>(variance: &[T], batch: f64, unbiased: &mut [T]) {
    let factor = T::from_f64(batch / (batch - 1.0));
    for (unbiased, &variance) in unbiased.iter_mut().zip(variance) {
        *unbiased = variance * factor;
    }
}

/// Brings each running statistic closer to the mean of `batches`, given the sum.
fn approach<T: Scalar>(running: &mut [T], sums: &[T], batches: T) {
    for (running, &sum) in running.iter_mut().zip(sums) {
        *running += T::from_f64(MOMENTUM) * (sum / batches - *running);
    }
}
