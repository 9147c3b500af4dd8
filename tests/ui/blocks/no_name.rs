use chainrule::network;

network! { layer = Affine(784, 50) -> Relu; }

fn main() {}
