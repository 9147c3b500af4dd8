use chainrule::network;

network! {
    struct Net = Input(1, 28, 28) -> GlobalAvgPool(7) -> Affine(1, 10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
