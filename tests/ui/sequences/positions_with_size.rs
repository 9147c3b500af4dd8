use chainrule::network;

network! {
    struct Net = Input(64, 8) -> Positions(64) -> Last -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
