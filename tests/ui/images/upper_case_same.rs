use chainrule::network;

network! {
    struct Net = Input(1, 28, 28) -> Conv2d(8, 3, padding = SAME) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
