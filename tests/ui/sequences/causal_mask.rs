use chainrule::network;

network! {
    struct Net = Input(20, 64) -> Attention(8, mask = causal) -> Mean -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
