//! The network, as it is declared for every program.

use chainrule::network;

/// Numbers in an image: the ink in 8 × 8 cells, from 0 to 1, row by row.
pub const PIXELS: usize = 64;

network! {
    /// Classifies handwritten digits.
    pub struct Digits = Affine(PIXELS, 32) -> Relu -> Affine(10) => SoftmaxWithLoss;
}
