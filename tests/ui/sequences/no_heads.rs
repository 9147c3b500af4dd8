use chainrule::network;

network! {
    struct Net = Input(64, 128) -> Attention -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
