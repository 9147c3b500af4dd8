use chainrule::network;

network! {
    struct Net = Conv1d(8, 3) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
