use chainrule::network;

network! { layer Block = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss; }

fn main() {}
