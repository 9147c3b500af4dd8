use chainrule::network;

network! {
    layer Mlp<const D: usize> {
        input x: [D];
        let h = x -> Affine(4 * D) -> Relu;
    }
}

fn main() {}
