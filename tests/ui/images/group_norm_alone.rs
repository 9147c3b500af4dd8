use chainrule::network;

network! {
    struct Net = Input(6, 8, 8) -> GroupNorm -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
