use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

const _: () = assert!(Net::PARAMS == 784 * 50 + 50 + 50 * 10 + 10);

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let grads = net.gradient(&[[0.5; 784]; 3], &[1_u8, 2, 3]).unwrap();
    assert_eq!(grads.affine1.weight.len(), 784);
    assert_eq!(net.predict(&[[0.5; 784]]).unwrap().dim(), (1, 10));
}
