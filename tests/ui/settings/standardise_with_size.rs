use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Standardise(13) -> Affine(13, 8) -> Relu -> Affine(3) => SoftmaxWithLoss;
}

fn main() {
    let mut net = Net::new(Init::He, &mut Rng::seed(0));
    net.standardise1.fit(&[[0.0; 13]]).unwrap();
    println!("{}", net.predict(&[[0.0; 13]]).unwrap());
}
