use chainrule::network;

network! { layer Mlp<'a> = Input(8) -> Affine(4) -> Relu; }

fn main() {}
