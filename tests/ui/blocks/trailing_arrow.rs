use chainrule::network;

network! { layer Block = Affine(784, 50) -> Relu ->; }

fn main() {}
