use chainrule::network;

network! {
    struct Net = Input(20) -> Embedding(1000, 64) -> Mean -> Affine(2) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
