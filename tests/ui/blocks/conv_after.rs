use chainrule::network;

network! { layer Block = Input(784) -> Affine(100) -> Relu; }

network! { struct Net = Block -> Conv2d(8, 3) -> Flatten -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
