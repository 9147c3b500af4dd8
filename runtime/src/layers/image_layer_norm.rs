use super::layer::Layer;
use super::operation::Operation;
use super::shape::Shape;
use crate::kernels::scalar::Scalar;
use crate::kernels::{normalise_rows, normalise_rows_back};
use crate::params::const_table::{Field, TensorTable};
use crate::params::init::Init;
use crate::params::tensor::{Kind, Numbers, TensorInfo, Tensors};
use crate::rng::Rng;

/// Layer normalization of images: `LayerNorm` after an image. It normalizes the `C · H · W` numbers of
/// each sample to mean 0 and standard deviation 1, then applies a learned scale and shift to each
/// number, as PyTorch's `LayerNorm([C, H, W])`. The formulas are those of
/// [`LayerNorm`](super::LayerNorm).
///
/// `γ` and `β` have the shape of an image, but weight decay does not apply to them, as in other
/// normalizations.
///
/// # Panics
///
/// `backward` panics if `saved` does not have `2 · C · H · W` elements.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct ImageLayerNorm<const C: usize, const H: usize, const W: usize, T = f32> {
    /// `γ`, the scale of each number. Initialized to 1.
    pub weight: [[[T; W]; H]; C],
    /// `β`, the shift of each number. Initialized to 0.
    pub bias: [[[T; W]; H]; C],
}

// SAFETY: the struct is `repr(C)`, and consists of arrays of `T`.
unsafe impl<const C: usize, const H: usize, const W: usize, T: Scalar> Numbers<T>
    for ImageLayerNorm<C, H, W, T>
{
}

impl<const C: usize, const H: usize, const W: usize, T: Scalar> ImageLayerNorm<C, H, W, T> {
    const FIELD: &'static [TensorInfo] = &[TensorInfo::new(Kind::Bias, &[C, H, W])];

    const TABLE: &'static TensorTable = &TensorTable::new::<T>(&[
        ("weight", core::mem::offset_of!(Self, weight), Self::FIELD, Field::Trained),
        ("bias", core::mem::offset_of!(Self, bias), Self::FIELD, Field::Trained),
    ]);
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const H: usize, const W: usize, T: Scalar> Tensors<T>
    for ImageLayerNorm<C, H, W, T>
{
    const TENSORS: &'static [TensorInfo] = Self::TABLE.as_slice();
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const H: usize, const W: usize, T: Scalar> Layer<T>
    for ImageLayerNorm<C, H, W, T>
{
    const INPUTS: usize = C * H * W;
    const OUTPUTS: usize = C * H * W;
    const OPERATION: Operation = Operation::LayerNormLayer(Shape::new(&[C, H, W]));
    // The rounding errors of the sums over the batch.
    const SCRATCH: usize = 2 * C * H * W;

    fn init(&mut self, _init: Init, _rng: &mut Rng) {
        self.weight = [[[T::one(); W]; H]; C];
        self.bias = [[[T::zero(); W]; H]; C];
    }

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        let weight = self.weight.as_flattened().as_flattened();
        normalise_rows(input, weight, self.bias.as_flattened().as_flattened(), output);
    }

    fn backward(
        &self,
        input: &[T],
        saved: &mut [T],
        dout: &mut [T],
        grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        let weight = self.weight.as_flattened().as_flattened();
        let dweight = grads.weight.as_flattened_mut().as_flattened_mut();
        let dbias = grads.bias.as_flattened_mut().as_flattened_mut();
        normalise_rows_back(input, weight, dout, dweight, dbias, saved, dinput);
    }
}
