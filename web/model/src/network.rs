use chainrule::network;

network! {
    /// An image of 28 × 28 pixels goes in, a score for each digit comes out.
    pub struct Digits = Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss;
}
