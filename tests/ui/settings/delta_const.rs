use chainrule::{Init, Rng, network};

const DELTA: f64 = -1.0;

network! {
    pub struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => Huber(DELTA);
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let grads = net.gradient(&[[0.0; 784]], &[[0.0; 10]]).unwrap();
    println!("{} {}", grads.affine1.weight[0][0], Net::PARAMS);
}
