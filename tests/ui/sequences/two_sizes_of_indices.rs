use chainrule::network;

network! {
    struct Net = Input(8, 8, of = 65) -> Embedding(8) -> Last -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
