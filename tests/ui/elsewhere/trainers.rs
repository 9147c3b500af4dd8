//! Methods that a trainer has in other libraries.

use chainrule::{Init, Rng, Sgd, Trainer, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss;
}

fn main() {
    let (x, t) = ([[0.0; 4]], [1]);
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let mut trainer = Trainer::new(net, Sgd::new(0.1).unwrap());
    trainer.train((&x, &t)).unwrap();
    println!("{}", trainer.predict(&x).unwrap());
}
