use chainrule::network;

network! { struct First = Input(28x28) -> Affine(3) => SoftmaxWithLoss; }

network! { struct Second = Input(28 x 28) -> Affine(3) => SoftmaxWithLoss; }

network! { struct Third = Affine(28 x 28 x 3, 3) => SoftmaxWithLoss; }

fn main() {}
