use super::layer::Layer;
use super::operation::Operation;
use super::shape::Shape;
use crate::kernels::scalar::Scalar;
use crate::kernels::{Enlargement, enlarge, enlarge_back};
use crate::params::tensor::{Numbers, TensorInfo, Tensors};
use crate::rng::Rng;

/// Enlarges images by whole factors: each number is repeated in `FH × FW` places, as PyTorch's
/// `Upsample` does in the mode `nearest`. An image of `C × H × W` becomes `C × (FH · H) × (FW · W)`.
///
/// ```text
/// forward:   y[c, i, j] = x[c, i / FH, j / FW]   (rounded down)
/// backward:  dx[c, i, j] = Σ dy over the places that repeat it
/// ```
///
/// ```
/// use chainrule::layers::{Layer, Upsample};
///
/// let mut output = [0.0; 8];
/// Upsample::<1, 1, 2, 2, 2>.infer(&[1.0, 2.0], &mut output, &mut []);
/// assert_eq!(output, [1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Upsample<
    const C: usize,
    const H: usize,
    const W: usize,
    const FH: usize,
    const FW: usize,
>;

// SAFETY: a zero-sized type has no padding, and no bytes that have to be valid.
unsafe impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const FH: usize,
    const FW: usize,
    T: Scalar,
> Numbers<T> for Upsample<C, H, W, FH, FW>
{
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const H: usize, const W: usize, const FH: usize, const FW: usize, T: Scalar>
    Tensors<T> for Upsample<C, H, W, FH, FW>
{
    const TENSORS: &'static [TensorInfo] = &[];
}

impl<const C: usize, const H: usize, const W: usize, const FH: usize, const FW: usize>
    Upsample<C, H, W, FH, FW>
{
    const SIZES: Enlargement = Enlargement { width: W, rows: FH, columns: FW };
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const H: usize, const W: usize, const FH: usize, const FW: usize, T: Scalar>
    Layer<T> for Upsample<C, H, W, FH, FW>
{
    const INPUTS: usize = C * H * W;
    const OUTPUTS: usize = C * H * W * FH * FW;
    const OPERATION: Operation =
        Operation::UpsampleLayer { image: Shape::new(&[C, H, W]), factors: (FH, FW) };

    fn forward(&self, input: &[T], output: &mut [T], _saved: &mut [T], _rng: &mut Rng) {
        enlarge(Self::SIZES, input, output);
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
            enlarge_back(Self::SIZES, dout, dinput);
        }
    }
}
