use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(4, 8) -> LeakyReLU(negative_slope = 0.2) -> Affine(8, 2) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    println!("{net}");
}
