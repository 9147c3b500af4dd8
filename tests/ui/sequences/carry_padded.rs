use chainrule::network;

network! {
    struct Net {
        input x: [4, 3];
        input n: lengths of x;
        x -> Lstm(8, carry = true) -> Last -> Affine(2) => SoftmaxWithLoss
    }
}

fn main() {}
