use chainrule::network;

network! {
    struct Net = Input(1, 28, 28) -> Conv2d(1, 32, kernel_size = 3) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
