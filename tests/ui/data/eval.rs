use chainrule::{Init, Rng, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    net.eval();
}
