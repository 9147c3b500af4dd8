use chainrule::network;

network! {
    struct Net = Input(784) -> Reshape(1, 28, 27) -> Conv2d(8, 3) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
