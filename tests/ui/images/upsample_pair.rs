use chainrule::network;

network! {
    struct Net = Input(8, 4) -> Upsample((2, 2)) -> Flatten -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
