use chainrule::network;

network! {
    struct Net = Lstm(128) -> Last -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
