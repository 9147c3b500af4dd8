use chainrule::network;

network! {
    struct Net {
        input x: [32, 28, 3];
        x -> Conv2d(8, 5) -> Relu -> Flatten -> Affine(10) => SoftmaxWithLoss
    }
}

fn main() {}
