use chainrule::network;

network! {
    layer Block {
        input x: [8];
        (x -> Affine(4), x -> Affine(2))
    }
}

fn main() {}
