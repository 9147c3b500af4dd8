use chainrule::network;

network! {
    struct Net = Input(8, 4) -> Conv1d(8, 3) -> Upsample((2, 2)) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
