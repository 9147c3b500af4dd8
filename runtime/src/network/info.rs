//! The rows of a network's layer table.

/// A row of the layer table of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerInfo {
    /// The layer's name, `affine1`.
    pub name: &'static str,
    /// As it was declared, `Affine(784, 50)`.
    pub layer: &'static str,
    /// The names of the rows whose outputs it reads, `relu1`; that of an input,
    /// which has no row, is `input` in a chain.
    pub from: &'static [&'static str],
    /// Features that it puts out, per sample.
    pub outputs: usize,
    /// Its trained numbers.
    pub parameters: usize,
}
