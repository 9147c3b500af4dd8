use chainrule::network;

network! {
    struct Net = Affine(784, 50) -> GlobalAvgPool -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
