use chainrule::network;

network! { struct Memory = Input(4, 3) -> Lstm(3, carry = true) => IdentityWithLoss; }

network! { struct Net = Input(4, 3) -> Memory -> Last -> Affine(2) => SoftmaxWithLoss; }

fn main() {}
