use chainrule::network;

network! {
    struct Net = Input::new(4) -> Relu -> Affine(8, 2) => SoftmaxWithLoss;
}

fn main() {}
