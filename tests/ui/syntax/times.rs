use chainrule::{Init, Rng, network};

network! {
    pub struct Net = 3 * Affine(784, 784) -> Affine(784, 10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
