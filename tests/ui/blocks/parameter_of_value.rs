use chainrule::network;

network! {
    layer Mlp<const H: usize> {
        input x: [H];
        let H = x -> Affine(4 * H) -> Relu;
        H -> Affine(8)
    }
}

fn main() {}
