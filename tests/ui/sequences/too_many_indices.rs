use chainrule::network;

network! {
    struct Net = Input(64, of = 20_000_000) -> Embedding(8) -> Last -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
