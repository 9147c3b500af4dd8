use chainrule::network;

network! {
    struct Net = Input(64, 8) -> Affine(512, 10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
