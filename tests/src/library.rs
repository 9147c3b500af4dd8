//! Networks that a library declares for other crates.

chainrule::network! {
    /// Encodes four features as two.
    #[derive(PartialEq)]
    pub struct Encoder = Affine(4, 6) -> Sigmoid -> Affine(6, 2) => IdentityWithLoss;
}

chainrule::network! {
    /// Compares two samples, each encoded by the same encoder.
    pub struct Comparison {
        input left: [4];
        input right: [4];
        let a = left -> Encoder;
        let b = right -> encoder;
        (a * b) -> Affine(2) => SoftmaxWithLoss
    }
}
