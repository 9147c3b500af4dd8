use chainrule::network;

network! {
    pub struct T = Affine(4, 8) -> Relu -> Affine(8, 2) => SoftmaxWithLoss;
}

fn main() {}
