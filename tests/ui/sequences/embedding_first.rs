use chainrule::network;

network! {
    struct Net = Embedding(65, 128) -> Last -> Affine(10) => SoftmaxWithLoss;
}

fn main() {
    println!("{}", Net::PARAMS);
}
