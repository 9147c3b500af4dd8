use chainrule::network;

network! {
    struct Net = Input(64, 1, 28, 28) -> Conv2d(8, 3) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
