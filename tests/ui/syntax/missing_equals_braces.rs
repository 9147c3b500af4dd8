use chainrule::{Init, Rng, network};

network! {
    pub struct Net { Affine(784, 50) -> Relu -> Affine(10) => SoftmaxWithLoss }
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    println!("{net}");
}
