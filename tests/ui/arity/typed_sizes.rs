use chainrule::network;

network! { struct First = Affine(4: usize, 8) -> Affine(8, 2) => SoftmaxWithLoss; }

network! { struct Second = Affine(inputs: 4, outputs: 8) -> Affine(8, 2) => SoftmaxWithLoss; }

fn main() {}
