use chainrule::network;

network! {
    struct Net = Input(1, 28, 28) -> Flatten -> Affine(700, 10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
