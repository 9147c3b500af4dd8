use chainrule::network;

network! {
    struct Net = Input(784) -> Lstm(128) -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
