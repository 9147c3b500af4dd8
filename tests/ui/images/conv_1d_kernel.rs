use chainrule::network;

network! {
    struct Net = Input(8, 4) -> Conv1d(8, 5) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
