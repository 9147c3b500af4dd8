use chainrule::{Init, Rng, network};

pub struct Wave<const N: usize, T = f32>([T; N]);

network! {
    pub struct Net = Affine(4, 8) -> Wave(8) -> Affine(8, 2) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{:?}", net.predict(&[[0.0; 4]]));
}
