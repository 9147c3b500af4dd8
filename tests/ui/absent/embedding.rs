use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(784, 50) -> EmbeddingBag(1000, 50) -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
