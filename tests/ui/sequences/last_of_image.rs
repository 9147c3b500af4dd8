use chainrule::network;

network! {
    struct Net = Input(3, 8, 8) -> Last -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
