use chainrule::layers::Layer;
use chainrule::{Init, Rng, Scalar, Tensors, network};

#[derive(Tensors)]
#[repr(C)]
pub struct Scale<const N: usize, T = f32> {
    pub factors: [T; N],
}

impl<const N: usize, T: Scalar> Layer<T> for Scale<N, T> {
    const INPUTS: usize = N;
    const OUTPUTS: usize = N;
    fn forward(&self, _: &[T], _: &mut [T], _: &mut [T], _: &mut Rng) {}
    fn backward(
        &self,
        _: &[T],
        _: &mut [T],
        _: &mut [T],
        _: &mut Self,
        _: Option<&mut [T]>,
    ) {
    }
}

network! {
    pub struct Net = Affine(4, 8) -> Scale(8) -> Affine(9, 2) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{:?}", net.predict(&[[0.0; 4]]));
}
