use chainrule::network;

network! {
    struct Net = Input(20, 8) -> Lstm(64) -> Last -> Last -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
