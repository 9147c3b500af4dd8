#![deny(missing_docs)]
//! A crate that wants everything documented.

use chainrule::network;

network! {
    /// The network of chapter 5.
    #[doc = "And more."]
    #[derive(PartialEq)]
    #[allow(dead_code)]
    #[cfg(not(any()))]
    pub struct Net = Affine(2, 3) -> Relu -> Affine(3, 2) => SoftmaxWithLoss;
}

network! {
    /// Not there.
    #[cfg(any())]
    pub struct Net = Affine(2, 4) -> Relu -> Affine(4, 2) => SoftmaxWithLoss;
}

fn main() {
    assert!(Net::zeros() == Net::zeros());
    assert_eq!(Net::PARAMS, 2 * 3 + 3 + 3 * 2 + 2);
}
