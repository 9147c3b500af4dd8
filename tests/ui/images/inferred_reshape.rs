use chainrule::network;

network! {
    struct Net = Input(1, 28, 28) -> Reshape(-1) -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
