use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;
}

fn main() {
    let x = vec![[0.5, 1.0], [-1.0, 2.0]];
    let net = Net::new(Init::He, &mut Rng::seed(0));
    println!("{:?}", net.probabilities_of(&x));
}
