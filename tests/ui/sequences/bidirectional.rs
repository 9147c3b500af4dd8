use chainrule::network;

network! {
    struct Net = Input(20, 8) -> Gru(64, bidirectional = true) -> Last -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
