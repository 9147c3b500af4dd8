use chainrule::network;

network! { layer Mlp<const D: u32> = Input(D) -> Affine(4 * D) -> Relu; }

fn main() {}
