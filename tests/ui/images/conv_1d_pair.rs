use chainrule::network;

network! {
    struct Net = Input(8, 64) -> Conv1d(8, (3, 3)) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
