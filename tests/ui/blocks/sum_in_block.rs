use chainrule::network;

const PADDING: usize = 2;

network! {
    layer Residual<const C: usize, const S: usize> {
        input x: [C, S, S];
        (x + (x -> Conv2d(C, 3, padding = PADDING))) -> Relu
    }
}

network! { struct Net = Input(16, 28, 28) -> Residual<16, 28> -> Flatten -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
