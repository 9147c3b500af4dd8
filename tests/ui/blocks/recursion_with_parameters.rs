use chainrule::network;

network! { layer Mlp<const D: usize> = Input(D) -> Affine(D) -> Mlp<D>; }

fn main() {}
