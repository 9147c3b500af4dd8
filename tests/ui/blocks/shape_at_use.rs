use chainrule::network;

network! {
    layer Residual<const C: usize, const S: usize> {
        input x: [C, S, S];
        (x + (x -> Conv2d(C, 3, padding = 1))) -> Relu
    }
}

network! { struct Net = Input(16, 28, 28) -> Residual<16, 14> -> Flatten -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
