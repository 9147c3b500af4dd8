use chainrule::{Adam, Init, Rng, Trainer, network};

network! {
    pub struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;
}

fn main() {
    let x = vec![[0.5, 1.0], [-1.0, 2.0]];
    let net = Net::new(Init::He, &mut Rng::seed(0));
    let trainer = Trainer::new(net, Adam::new(0.001)).epochs(5);
    println!("{x:?} {}", trainer.network());
}
