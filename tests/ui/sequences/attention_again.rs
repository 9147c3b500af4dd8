use chainrule::network;

network! {
    struct Net {
        input x: [4, 8];
        input n: lengths of x;
        input y: [4, 8];
        let a = x -> mix: Attention(2) -> Last;
        concat(a, y -> mix -> Last) -> Affine(2) => IdentityWithLoss
    }
}

fn main() {}
