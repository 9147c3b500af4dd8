use chainrule::network;

network! {
    struct Net = Input(1, 1, 28, 28) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
