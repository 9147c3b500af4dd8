use chainrule::network;

network! { layer Mlp<const D: usize> = Input(D) -> Affine(4 * D) -> Relu -> Affine(D); }

network! {
    struct Net = Input(4, 8) -> Flatten -> Mlp<32> -> Lstm(8) -> Affine(9) => SoftmaxWithLoss;
}

fn main() {}
