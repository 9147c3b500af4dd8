use chainrule::network;

network! {
    struct Net = Input(64, of = 65) -> Embedding(60, 128) -> Last -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
