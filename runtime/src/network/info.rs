//! The rows of a network's layer table.

/// A row of the layer table of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerInfo {
    /// The layer's name, such as `affine1`.
    pub name: &'static str,
    /// The layer as declared, such as `Affine(784, 50)`.
    pub layer: &'static str,
    /// The names of the rows whose outputs the layer reads, such as `relu1`. An input has no row;
    /// the input of a chain is called `input`.
    pub from: &'static [&'static str],
    /// Number of output features per sample.
    pub outputs: usize,
    /// Number of trained parameters.
    pub parameters: usize,
}
