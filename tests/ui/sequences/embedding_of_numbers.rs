use chainrule::network;

network! {
    struct Net {
        input x: [64];
        x -> Embedding(65, 128) -> Last -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
