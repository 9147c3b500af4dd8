use chainrule::network;

network! { layer Mlp<> = Input(8) -> Affine(4) -> Relu; }

fn main() {}
