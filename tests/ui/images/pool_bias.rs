use chainrule::network;

network! {
    struct Net = Input(1, 28, 28) -> MaxPool2d(2, bias = false) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
