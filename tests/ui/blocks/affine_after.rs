use chainrule::network;

network! { layer Block = Input(1, 28, 28) -> Conv2d(8, 3) -> Relu; }

network! { struct Net = Block -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
