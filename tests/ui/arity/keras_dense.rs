use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Input(784) -> Dense(units = 10, activation = "relu") -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
