use chainrule::{Init, Rng, network};

const HIDDEN: usize = 3;
const CLASSES: usize = 1;

network! {
    pub struct Net = Affine(4, HIDDEN) -> Relu -> Affine(HIDDEN, CLASSES) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let grads = net.gradient(&[[0.0; 4]], &[1_u8]).unwrap();
    println!("{} {}", grads.affine1.weight[0][0], Net::PARAMS);
}
