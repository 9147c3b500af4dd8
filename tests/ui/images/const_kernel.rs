use chainrule::network;

const KERNEL: usize = 9;

network! {
    struct Net = Input(1, 8, 8) -> Conv2d(4, KERNEL) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
