use chainrule::network;

network! {
    struct Net = Input(4, 3) -> Affine(8, carry = true) => IdentityWithLoss;
}

fn main() {}
