use chainrule::layers::{Layer, Shape};
use chainrule::{Rng, Scalar, Tensors, network};

/// A layer on images of `C × 8 × 8`.
#[derive(Tensors)]
#[repr(C)]
struct Blur<const C: usize, T = f32> {
    filter: [[T; 3]; 3],
}

impl<const C: usize, T: Scalar> Layer<T> for Blur<C, T> {
    const INPUTS: usize = C * 8 * 8;
    const OUTPUTS: usize = C * 8 * 8;
    const INPUT_SHAPE: Shape = Shape::new(&[C, 8, 8]);
    const OUTPUT_SHAPE: Shape = Shape::new(&[C, 8, 8]);
    fn forward(&self, _: &[T], _: &mut [T], _: &mut [T], _: &mut Rng) {}
    fn backward(&self, _: &[T], _: &mut [T], _: &mut [T], _: &mut Self, _: Option<&mut [T]>) {}
}

network! { struct Net = Affine(4, 128) -> Blur(2) -> Flatten -> Affine(3) => SoftmaxWithLoss; }

fn main() {}
