use chainrule::network;

// What is switched off is not looked at.

network! {
    #[cfg(any())]
    struct Net = Affine(4, 8) -> Relu -> Affine(9, 2) => SoftmaxWithLoss;
}

fn main() {}
