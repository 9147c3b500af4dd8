use chainrule::network;

network! {
    layer Residual<const C: usize, const S: usize> {
        input x: [C, S, S];
        (x + (x -> Conv2d(C, 3, padding = 1))) -> Relu
    }
}

network! { struct Net = Affine(784, 144) -> Residual<4, 6> -> Flatten -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
