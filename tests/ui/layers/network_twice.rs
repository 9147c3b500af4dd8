use chainrule::network;

network! { pub struct Part = Affine(4, 4) -> Relu => IdentityWithLoss; }

network! {
    pub struct Net = Part -> Part -> Affine(2) => SoftmaxWithLoss;
}

fn main() {}
