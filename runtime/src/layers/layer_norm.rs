use super::layer::Layer;
use super::operation::Operation;
use super::shape::Shape;
use crate::kernels::scalar::Scalar;
use crate::kernels::{normalise_rows, normalise_rows_back};
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Layer normalization (Ba et al., 2016). It normalizes the `N` features of each sample to mean 0
/// and standard deviation 1, then applies a learned scale and shift. The result does not depend on
/// the other samples of the batch, so training and inference compute the same.
///
/// With the mean `m` and the variance `v` of a sample's features and `c = x - m`,
/// `s = 1 / √(v + ε)`, `g = dy γ`, `ε` = 1e-5:
///
/// ```text
/// forward:   y = γ c s + β
/// backward:  dβ = Σ dy          (over the batch)
///            dγ = Σ dy c s      (over the batch)
///            dx = s (g - Σ g / N - c s² Σ (g c) / N)      (over the features)
/// ```
///
/// As PyTorch's `LayerNorm`. `γ` and `β` are one-dimensional tensors, to which weight decay does
/// not apply.
///
/// ```
/// use chainrule::layers::{Layer, LayerNorm};
///
/// let norm = LayerNorm::<3, f64> { weight: [1.0, 1.0, 2.0], bias: [0.0, 0.0, 5.0] };
/// let mut output = [0.0; 3];
/// norm.infer(&[-1.0, 0.0, 1.0], &mut output, &mut []);
/// assert!((output[0] + 1.5_f64.sqrt()).abs() < 1e-4);
/// assert!((output[2] - (2.0 * 1.5_f64.sqrt() + 5.0)).abs() < 1e-4);
/// ```
///
/// # Panics
///
/// `backward` panics if `saved` does not have `2 N` elements.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct LayerNorm<const N: usize, T = f32> {
    /// `γ`, the scale of each feature. Initialized to 1.
    pub weight: [T; N],
    /// `β`, the shift of each feature. Initialized to 0.
    pub bias: [T; N],
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: Scalar> Layer<T> for LayerNorm<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    const OPERATION: Operation = Operation::LayerNormLayer(Shape::flat(N));
    // The rounding errors of the sums over the batch.
    const SCRATCH: usize = 2 * N;

    fn init(&mut self, _init: Init, _rng: &mut Rng) {
        self.weight.fill(T::one());
        self.bias.fill(T::zero());
    }

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        normalise_rows(input, &self.weight, &self.bias, output);
    }

    // The default would seed a generator for `forward`.
    fn infer(&self, input: &[T], output: &mut [T], _scratch: &mut [T]) {
        normalise_rows(input, &self.weight, &self.bias, output);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let (dweight, dbias) = (&mut grads.weight, &mut grads.bias);
        normalise_rows_back(input, &self.weight, dout, dweight, dbias, saved, dinput);
    }
}
