use chainrule::network;

network! { layer Mlp<const D: usize> = Input(D) -> Affine(4 * D) -> Relu -> Affine(D); }

network! { layer Narrow<const D: usize> = Input(D) -> Affine(D / 2) -> Mlp<D>; }

network! { struct Net = Affine(4, 8) -> Narrow<8> -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
