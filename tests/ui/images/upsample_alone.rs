use chainrule::network;

network! {
    struct Net = Input(1, 4, 4) -> Upsample -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
