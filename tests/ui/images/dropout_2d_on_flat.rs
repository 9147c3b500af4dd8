use chainrule::network;

network! {
    struct Net = Affine(784, 50) -> Dropout2d(0.5) -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
