use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine::new(784, 50) -> Relu::new() -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
