use chainrule::network;

network! {
    struct Words {
        input text: [4] of 6;
        text -> Embedding(3) -> Mean -> Affine(2) => IdentityWithLoss
    }
}

network! { struct Net = Affine(3, 4) -> Words -> Affine(1) => IdentityWithLoss; }

fn main() {}
