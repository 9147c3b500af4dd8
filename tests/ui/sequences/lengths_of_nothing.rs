use chainrule::network;

network! {
    struct Net {
        input x: [4, 8];
        input n: lengths of y;
        x -> Last -> Affine(2) => IdentityWithLoss
    }
}

fn main() {}
