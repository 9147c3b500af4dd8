use chainrule::network;

network! {
    struct Net = Input(1, 28, 28) -> MaxPool2d(2) -> AvgPool1d(2) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
