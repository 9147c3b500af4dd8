//! Methods that an optimizer has in other libraries.

use chainrule::{Adam, Init, Rng, Sgd, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss;
}

fn main() {
    let (x, t) = ([[0.0; 4]], [1]);
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let mut adam: Adam<Net> = Adam::new(0.01).unwrap();
    adam.zero_grad();
    adam.backward_step(&net.loss(&x, &t).unwrap());
    adam.step();
    let mut sgd = Sgd::new(0.1).unwrap();
    sgd.zero_grad();
}
