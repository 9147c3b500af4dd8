//! Networks that a library declares for other crates.

chainrule::network! {
    /// Finds two features in four.
    #[derive(PartialEq)]
    pub struct Encoder = Affine(4, 6) -> Sigmoid -> Affine(6, 2) => IdentityWithLoss;
}

chainrule::network! {
    /// Two samples through one encoder, held against each other.
    pub struct Comparison {
        input left: [4];
        input right: [4];
        let a = left -> Encoder;
        let b = right -> encoder;
        (a * b) -> Affine(2) => SoftmaxWithLoss
    }
}
