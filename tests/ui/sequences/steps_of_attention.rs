use chainrule::{Init, Rng, network};

network! {
    struct Net = Input(20, of = 4) -> Embedding(8) -> Attention(2) -> Affine(3) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::new(Init::Auto, &mut Rng::seed(0));
    let mut state = net.start();
    let _ = net.step(&mut state, 1);
}
