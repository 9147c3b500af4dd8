use chainrule::network;

network! {
    layer Block<const D: usize> {
        input x: [4, D];
        x + (x -> LayerNorm -> Attention(2))
    }
}

network! {
    struct Net = Input(4, of = 9) -> Embedding(8) -> Block<8> -> Affine(9) => SoftmaxWithLoss;
}

fn main() {
    let net = Net::zeros();
    let _ = net.start();
}
