use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(4, 3) -> Relu -> Affine(3, 1) => HingeLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let grads = net.gradient(&[[0.0; 4]], &[1_u8]).unwrap();
    println!("{} {}", grads.affine1.weight[0][0], Net::PARAMS);
}
