use chainrule::network;

network! {
    struct Net = Input(20, 64) -> Attention(64, 8) -> Mean -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
