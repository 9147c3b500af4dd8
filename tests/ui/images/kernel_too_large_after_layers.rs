use chainrule::network;

network! {
    struct Net = Input(1, 6, 6) -> Conv2d(8, 3) -> MaxPool2d(2) -> Conv2d(8, (3, 1)) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
