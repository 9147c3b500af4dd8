use chainrule::{Init, Rng, network};

network! {
    pub struct Net = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}

network! {
    pub struct Other = Affine(784, 50) -> Relu -> Affine(50, 20) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Normal(0.01), &mut Rng::seed(0));
    let mut net = net;
    let grads = Other::zeros();
    net.update(&mut chainrule::Sgd::new(0.1).unwrap(), &grads);
}
