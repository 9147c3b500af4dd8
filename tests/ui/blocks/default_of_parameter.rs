use chainrule::network;

network! { layer Mlp<const D: usize = 8> = Input(D) -> Affine(4 * D) -> Relu; }

fn main() {}
