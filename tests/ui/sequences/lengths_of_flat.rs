use chainrule::network;

network! {
    struct Net {
        input x: [8];
        input n: lengths of x;
        x -> Affine(2) => IdentityWithLoss
    }
}

fn main() {}
