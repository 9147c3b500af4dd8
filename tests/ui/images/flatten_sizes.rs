use chainrule::network;

network! {
    struct Net = Input(1, 28, 28) -> Flatten(784) -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
