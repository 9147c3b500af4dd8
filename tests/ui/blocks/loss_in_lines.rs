use chainrule::network;

network! {
    layer Block {
        input x: [784];
        x -> Affine(50) => SoftmaxWithLoss
    }
}

fn main() {}
