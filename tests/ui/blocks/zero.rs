use chainrule::network;

network! { layer Half<const D: usize> = Input(D) -> Affine(D / 2) -> Relu; }

network! { struct Net = Affine(4, 1) -> Half<1> -> Affine(1, 10) => SoftmaxWithLoss; }

fn main() {}
