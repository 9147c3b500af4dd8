use chainrule::network;

network! {
    struct Net {
        input text: [20] of 1000;
        input n: lengths of txt;
        text -> Embedding(16) -> Mean -> Affine(2) => SoftmaxWithLoss
    }
}

fn main() {
    println!("{}", Net::PARAMS);
}
