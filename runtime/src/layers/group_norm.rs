use super::layer::Layer;
use super::operation::Operation;
use super::shape::Shape;
use crate::kernels::scalar::Scalar;
use crate::kernels::{PlaneGradients, normalise_groups, normalise_groups_back};
use crate::params::init::Init;
use crate::rng::Rng;
use chainrule_macros::Tensors;

/// Group normalization (Wu and He, 2018). It normalizes each of `G` groups of channels of a sample to
/// mean 0 and standard deviation 1, then applies a learned scale and shift to each channel. The result
/// does not depend on the other samples of the batch, so training and inference compute the same.
///
/// The samples of a batch are `C × H × W`. With the mean `m` and the variance `v` of the
/// `M = C / G · H · W` numbers of a group and `c = x - m`, `s = 1 / √(v + ε)`, `g = dy γ`, `ε` = 1e-5:
///
/// ```text
/// forward:   y = γ c s + β
/// backward:  dβ = Σ dy          (of a channel, over the batch)
///            dγ = Σ dy c s      (of a channel, over the batch)
///            dx = s (g - Σ g / M - c s² Σ (g c) / M)      (over the group)
/// ```
///
/// As PyTorch's `GroupNorm`. `GroupNorm(1)` normalizes whole samples, and with as many groups as
/// channels it is an instance normalization. `γ` and `β` are one-dimensional tensors, to which weight
/// decay does not apply. Flat features are channels with `H = W = 1`.
///
/// ```
/// use chainrule::layers::{GroupNorm, Layer};
///
/// let norm = GroupNorm::<2, 2, 1, 3, f64> { weight: [1.0, 2.0], bias: [0.0, 5.0] };
/// let mut output = [0.0; 6];
/// norm.infer(&[-1.0, 0.0, 1.0, 9.0, 10.0, 11.0], &mut output, &mut []);
/// assert!((output[0] + 1.5_f64.sqrt()).abs() < 1e-4);
/// assert!((output[5] - (2.0 * 1.5_f64.sqrt() + 5.0)).abs() < 1e-4);
/// ```
///
/// # Panics
///
/// `backward` panics if `saved` does not have `2 C` elements. Groups that do not divide the channels
/// are an error at compile time.
#[derive(Clone, Debug, PartialEq, Tensors)]
#[repr(C)]
#[tensors(crate = crate)]
pub struct GroupNorm<const G: usize, const C: usize, const H: usize, const W: usize, T = f32> {
    /// `γ`, the scale of each channel. Initialized to 1.
    pub weight: [T; C],
    /// `β`, the shift of each channel. Initialized to 0.
    pub bias: [T; C],
}

#[diagnostic::do_not_recommend]
impl<const G: usize, const C: usize, const H: usize, const W: usize, T: Scalar> Layer<T>
    for GroupNorm<G, C, H, W, T>
{
    const INPUTS: usize = {
        assert!(
            G > 0 && C.is_multiple_of(G),
            "the groups of a GroupNorm do not divide its channels"
        );
        C * H * W
    };
    const OUTPUTS: usize = Self::INPUTS;
    const OPERATION: Operation =
        Operation::GroupNormLayer { groups: G, image: Shape::new(&[C, H, W]) };
    // The rounding errors of the sums over the batch.
    const SCRATCH: usize = 2 * C;

    fn init(&mut self, _init: Init, _rng: &mut Rng) {
        self.weight.fill(T::one());
        self.bias.fill(T::zero());
    }

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        normalise_groups(input, G, &self.weight, &self.bias, H * W, output);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let grads =
            PlaneGradients { weight: &mut grads.weight, bias: &mut grads.bias, input: dinput };
        normalise_groups_back(input, G, &self.weight, dout, H * W, grads, saved);
    }
}
