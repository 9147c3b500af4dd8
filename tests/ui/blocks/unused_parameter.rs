use chainrule::network;

network! { layer Mlp<const D: usize, const S: usize> = Input(D) -> Affine(4 * D) -> Relu; }

fn main() {}
