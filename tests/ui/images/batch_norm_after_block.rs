use chainrule::network;

network! {
    layer Same<const C: usize> = Input(C, 8, 8) -> Conv2d(C, 3, padding = 1) -> Relu;
}

network! {
    struct Net = Input(4, 8, 8) -> Same<4> -> BatchNorm -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
