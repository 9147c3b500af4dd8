use chainrule::network;

network! {
    struct Net = Input(8, 64) -> Conv1d(4, 3) -> Relu -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
