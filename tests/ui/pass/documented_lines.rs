use chainrule::network;

network! {
    /// Lines can be documented.
    struct Net {
        /// What comes in.
        input x: [4];
        // This is no documentation.
        /// What is made of it.
        let h = x -> Affine(3) -> Relu;
        /// What comes out.
        h -> Affine(2) => SoftmaxWithLoss
    }
}

fn main() {
    let _ = Net::zeros();
}
