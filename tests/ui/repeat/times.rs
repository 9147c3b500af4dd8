use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(4, 8) -> repeat(3) { Affine(8, 8) -> Relu } -> Affine(8, 2) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
