use chainrule::network;

network! { layer Mlp<const D: usize> = Input(D) -> Affine(4 * D) -> Gelu -> Affine(D); }

network! { struct Net = Input(4, 6, 6) -> Conv2d(4, 3, padding = 1) -> Mlp<144> -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
