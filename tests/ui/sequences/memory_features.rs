use chainrule::network;

network! {
    struct Net {
        input x: [4, 8];
        input y: [5, 6];
        (x, y) -> Attention(2) -> Last -> Affine(2) => IdentityWithLoss
    }
}

fn main() {}
