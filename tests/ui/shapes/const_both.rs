use chainrule::{Init, Rng, network};

const SIDE: usize = 28;
const HIDDEN: usize = 50;
mod sizes {
    pub const WIDTH: usize = 30;
}

network! {
    pub struct Net =
        Affine(28 * SIDE, HIDDEN) -> Relu -> Affine(2 * sizes::WIDTH, 10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let grads = net.gradient(&[[0.0; 784]], &[7_u8]).unwrap();
    println!("{} {}", grads.affine1.weight[0][0], Net::PARAMS);
}
