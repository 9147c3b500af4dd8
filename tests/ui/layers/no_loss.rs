use chainrule::network;

#[derive(Default)]
pub struct Huber;

network! {
    pub struct Net = Affine(4, 8) -> Relu -> Affine(8, 2) => Huber;
}

fn main() {}
