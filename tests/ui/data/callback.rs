use chainrule::{Init, Rng, Sgd, Trainer, network};

network! {
    struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let sgd = Sgd::new(0.1).unwrap();
    let _ = Trainer::new(net, sgd).on_epoch(|epoch, _| epoch.train.loss);
}
