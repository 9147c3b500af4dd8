use chainrule::network;

network! { struct Net = Affine(4, 8) -> Mlp<> -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
