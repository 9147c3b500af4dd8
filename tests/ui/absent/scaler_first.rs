use chainrule::{Init, Rng, network};

network! {
    pub struct Net = StandardScaler -> Affine(13, 3) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    println!("{net}");
}
