use chainrule::{Init, Rng, network};

network! {
    pub struct Net {
        input x: [4];
        let a = x -> Affine(6);
        let b = x -> Affine(6);
        (a + b + x) -> Affine(2) => SoftmaxWithLoss
    }
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net, Net::PARAMS);
}
