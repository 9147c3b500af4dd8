use chainrule::network;

network! {
    struct Net {
        input x: [4, 8];
        input n: lengths of x;
        x -> Mix(4, 8) -> Last -> Affine(2) => IdentityWithLoss
    }
}

fn main() {}
