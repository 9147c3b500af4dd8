use chainrule::network;

network! {
    struct Net {
        input x: [16, of = 30];
        x -> Embedding(8) -> Lstm(16) -> Last -> Affine(3) => SoftmaxWithLoss
    }
}

fn main() {}
