use chainrule::network;

network! { struct Net = Affine(4, 8) -> Mpl<8> -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
