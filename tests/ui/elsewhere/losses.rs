//! Methods that a loss has in other libraries.

use chainrule::{Init, Rng, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss;
}

fn main() {
    let (x, t) = ([[0.0; 4]], [1]);
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let checked = net.loss(&x, &t);
    checked.backward();
    let loss = net.loss(&x, &t).unwrap();
    loss.backward();
    println!("{}", loss.item());
    let classes = net.predict(&x).unwrap().argmax();
}
