use chainrule::network;

network! {
    layer Mlp<const D: usize> {
        let h = x -> Affine(4 * D) -> Relu;
        h -> Affine(D)
    }
}

fn main() {}
