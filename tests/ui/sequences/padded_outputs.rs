use chainrule::network;

network! {
    struct Net {
        input x: [4, 8];
        input n: lengths of x;
        (x -> Lstm(8), x -> Last -> Affine(1)) => (IdentityWithLoss, Huber)
    }
}

fn main() {}
