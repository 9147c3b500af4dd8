use chainrule::network;

network! {
    struct Net = Input(160) -> Lstm(64) -> Last -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
