use chainrule::network;

network! {
    struct Net = Input(4, of = 9) -> Embedding(8) -> Lstm(8) -> Affine(9) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::zeros();
    let _ = net.loss(&[[0_u8, 1, 2, 3]], &[1_u8]);
}
