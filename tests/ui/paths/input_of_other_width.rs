use chainrule::{Init, Rng, network};

network! {
    pub struct Net {
        input x: [4];
        input y: [3];
        concat(x, y) -> Affine(2) => SoftmaxWithLoss
    }
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{:?}", net.predict((&[[0.0; 4]], &[[0.0; 4]])));
}
