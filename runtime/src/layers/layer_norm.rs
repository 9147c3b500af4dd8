use super::layer::Layer;
use crate::kernels::scalar::Scalar;
use crate::kernels::{normalise_rows, normalise_rows_back};
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Layer normalisation (Ba et al., 2016): the `N` features of each sample are
/// brought to mean 0 and deviation 1, then stretched and moved by numbers that are
/// learnt. What other samples are in the batch makes no difference, so that it is
/// the same while training and afterwards.
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
/// As PyTorch's `LayerNorm`. `γ` and `β` are tensors of one dimension, which weight
/// decay leaves alone.
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
/// `backward` panics if `kept` is not `2 N` numbers.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct LayerNorm<const N: usize, T = f32> {
    /// `γ`, a factor for each feature; starts at 1.
    pub weight: [T; N],
    /// `β`, a summand for each feature; starts at 0.
    pub bias: [T; N],
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: Scalar> Layer<T> for LayerNorm<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    // What the sums over the batch have lost by rounding.
    const SCRATCH: usize = 2 * N;

    fn init(&mut self, _init: Init, _rng: &mut Rng) {
        self.weight.fill(T::one());
        self.bias.fill(T::zero());
    }

    fn forward(&self, input: &[T], output: &mut [T], _kept: &mut [T], _rng: &mut Rng) {
        normalise_rows(input, &self.weight, &self.bias, output);
    }

    fn backward(
        &self,
        input: &[T],
        kept: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let (dweight, dbias) = (&mut grads.weight, &mut grads.bias);
        normalise_rows_back(input, &self.weight, dout, dweight, dbias, kept, dinput);
    }
}
