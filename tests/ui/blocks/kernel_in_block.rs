use chainrule::network;

network! { layer Narrow<const C: usize, const S: usize> = Input(C, S, S) -> Conv2d(8, 5) -> Relu; }

network! { struct Net = Input(1, 3, 3) -> Narrow<1, 3> -> Flatten -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
