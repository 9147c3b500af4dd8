use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(784, 50) -> Snake -> Affine(50, 10) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let grads = net.gradient(&[[0.0; 784]], &[7_u8]).unwrap();
    println!("{} {}", grads.affine1.weight[0][0], Net::PARAMS);
}
