use chainrule::network;

network! {
    struct Net = Input(3, 8, 8) -> Conv2d(8, 3, groups = 2) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
