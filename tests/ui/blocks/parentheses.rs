use chainrule::network;

network! { layer Mlp<const D: usize> = Input(D) -> Affine(4 * D) -> Relu -> Affine(D); }

network! { struct Net = Affine(4, 8) -> Mlp(8) -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
