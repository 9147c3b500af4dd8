use chainrule::{Init, Rng, Sgd, Trainer, network};

network! {
    pub struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => IdentityWithLoss;
}

fn main() {
    let x = vec![[0.5, 1.0], [-1.0, 2.0]];
    let t = vec![0.5_f32, 1.0, -1.0, 0.0];
    let net = Net::new(Init::He, &mut Rng::seed(0));
    let mut trainer = Trainer::new(net, Sgd::new(0.1).unwrap());
    trainer.fit((&x, &t)).unwrap();
}
