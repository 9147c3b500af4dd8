use chainrule::network;

network! {
    layer Half<const D: usize> {
        input x: [D];
        let h = x -> Affine(D / 2) -> Relu;
        concat(h, h) + x
    }
}

network! { struct Net = Affine(4, 7) -> Half<7> -> Affine(10) => SoftmaxWithLoss; }

fn main() {}
