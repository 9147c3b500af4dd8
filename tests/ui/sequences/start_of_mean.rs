use chainrule::network;

network! {
    struct Net = Input(4, of = 9) -> Embedding(8) -> Mean -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::zeros();
    let _ = net.start();
}
