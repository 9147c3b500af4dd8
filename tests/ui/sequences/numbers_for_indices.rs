use chainrule::network;

network! {
    struct Net = Input(4, of = 9) -> Embedding(8) -> Lstm(8) -> Affine(9) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::zeros();
    let _ = net.predict(&[[0.0_f32, 1.0, 2.0, 3.0]]);
}
