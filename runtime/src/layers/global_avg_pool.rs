use super::layer::Layer;
use super::operation::Operation;
use super::shape::Shape;
use crate::kernels::pool::{PoolShape, average_pool, average_pool_back};
use crate::kernels::scalar::Scalar;
use crate::params::tensor::{Numbers, TensorInfo, Tensors};
use crate::rng::Rng;

/// Global average pooling (Lin et al., 2014): the mean of each channel. An image of `C × H × W`
/// becomes `C` features, as in PyTorch after `AdaptiveAvgPool2d(1)` and `Flatten`.
///
/// ```text
/// forward:   y[c] = Σ x[c, i, j] / (H · W)
/// backward:  dx[c, i, j] = dy[c] / (H · W)
/// ```
///
/// ```
/// use chainrule::layers::{GlobalAvgPool, Layer};
///
/// let mut output = [0.0; 2];
/// GlobalAvgPool::<2, 1, 2>.infer(&[1.0, 3.0, 10.0, 30.0], &mut output, &mut []);
/// assert_eq!(output, [2.0, 20.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct GlobalAvgPool<const C: usize, const H: usize, const W: usize>;

// SAFETY: a zero-sized type has no padding, and no bytes that have to be valid.
unsafe impl<const C: usize, const H: usize, const W: usize, T: Scalar> Numbers<T>
    for GlobalAvgPool<C, H, W>
{
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const H: usize, const W: usize, T: Scalar> Tensors<T>
    for GlobalAvgPool<C, H, W>
{
    const TENSORS: &'static [TensorInfo] = &[];
}

impl<const C: usize, const H: usize, const W: usize> GlobalAvgPool<C, H, W> {
    /// One window for each channel.
    const SHAPE: PoolShape = PoolShape::new((C, H, W), (H, W));
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const H: usize, const W: usize, T: Scalar> Layer<T>
    for GlobalAvgPool<C, H, W>
{
    const INPUTS: usize = C * H * W;
    const OUTPUTS: usize = C;
    const OPERATION: Operation = Operation::GlobalAvgPoolLayer(Shape::new(&[C, H, W]));

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        average_pool(&Self::SHAPE, input.len() / (C * H * W), input, output);
    }

    fn backward(
        &self,
        _input: &[T],
        _saved: &mut [T],
        dout: &mut [T],
        _grads: &mut Self,
        dinput: Option<&mut [T]>,
    ) {
        if let Some(dinput) = dinput {
            average_pool_back(&Self::SHAPE, dinput.len() / (C * H * W), dout, dinput);
        }
    }
}
