use chainrule::network;

network! {
    struct Net = Input(1, 4, 4) -> Upsample(1.5) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
