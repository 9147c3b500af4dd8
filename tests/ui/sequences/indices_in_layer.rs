use chainrule::network;

network! {
    layer Words {
        input text: [4] of 6;
        text -> Embedding(3) -> Mean
    }
}

network! { struct Net = Affine(3, 4) -> Words -> Affine(1) => IdentityWithLoss; }

fn main() {}
