use chainrule::network;

network! { layer Mlp<D: usize> = Input(D) -> Affine(4 * D) -> Relu; }

fn main() {}
