use chainrule::network;

network! {
    struct Net = Input(4, 8, 8) -> Conv2d(6, 3, groups = 4) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
