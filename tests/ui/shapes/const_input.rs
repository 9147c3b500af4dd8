use chainrule::{Init, Rng, network};

const PIXELS: usize = 28 * 29;

network! {
    pub struct Net = Input(PIXELS) -> Affine(784, 50) -> Relu -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    println!("{} {}", net.affine1.weight[0][0], Net::PARAMS);
}
