use chainrule::network;

#[derive(Default)]
pub struct Hinge;

network! {
    pub struct Net = Affine(4, 8) -> Relu -> Affine(8, 2) => Hinge;
}

fn main() {}
