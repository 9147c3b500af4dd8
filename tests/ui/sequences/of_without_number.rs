use chainrule::network;

network! {
    struct Net {
        input text: [64] of many letters;
        text -> Embedding(128) -> Last -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
