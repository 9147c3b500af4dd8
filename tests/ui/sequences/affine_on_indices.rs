use chainrule::network;

network! {
    struct Net = Input(64, of = 65) -> Affine(128) -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
