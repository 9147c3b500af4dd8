use chainrule::network;

network! {
    struct Net = Input(64, 8) -> BatchNorm -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
