use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Linear(784, 50) -> ReLU -> Affine(60, 10) => Softmax;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
