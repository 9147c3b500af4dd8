use chainrule::layers::Layer;
use chainrule::{Rng, Scalar, Tensors, network};

#[derive(Tensors)]
#[repr(C)]
struct Scale<const N: usize, T = f32> {
    factor: [T; N],
}

impl<const N: usize, T: Scalar> Layer<T> for Scale<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    fn forward(&self, _: &[T], _: &mut [T], _: &mut [T], _: &mut Rng) {}
    fn backward(&self, _: &[T], _: &mut [T], _: &mut [T], _: &mut Self, _: Option<&mut [T]>) {}
}

network! { struct Net = Affine(4, 8) -> Scale<8> -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
