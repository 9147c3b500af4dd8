use chainrule::network;

network! { layer Block = Affine(8, 8) -> Relu -> Block; }

fn main() {}
