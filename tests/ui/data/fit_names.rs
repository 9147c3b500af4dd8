use chainrule::{Init, Rng, Sgd, Trainer, network};

network! {
    pub struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;
}

fn main() {
    let x = vec![[0.5, 1.0], [-1.0, 2.0]];
    let net = Net::new(Init::He, &mut Rng::seed(0));
    let mut trainer = Trainer::new(net, Sgd::new(0.1).unwrap());
    trainer.fit((&x, &["cat", "dog"])).unwrap();
}
