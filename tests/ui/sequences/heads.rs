use chainrule::network;

network! {
    struct Net = Input(64, 128) -> CausalAttention(5) -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
