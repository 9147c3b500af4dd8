use chainrule::network;

network! { layer Grouped<const C: usize> = Input(C, 8, 8) -> Conv2d(C, 3, groups = 4); }

network! { struct Net = Input(6, 8, 8) -> Grouped<6> -> Flatten -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
