use chainrule::network;

network! {
    struct Net = Input(64, 8) -> Lstm(8, 128) -> Last -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
