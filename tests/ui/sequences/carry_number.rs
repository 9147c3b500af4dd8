use chainrule::network;

network! {
    struct Net = Input(4, 3) -> Lstm(8, carry = 1) => IdentityWithLoss;
}

fn main() {}
