//! The rows of a network's layer table.

use std::fmt;

/// A row of the layer table of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerInfo {
    /// The layer's name, such as `affine1`.
    pub name: &'static str,
    /// The layer as declared, such as `Affine(784, 50)`, or `Flatten -> Affine(784, 50)`.
    pub layer: &'static str,
    /// The names of the rows whose outputs the layer reads, such as `relu1`. An input has no row;
    /// the input of a chain is called `input`.
    pub from: &'static [&'static str],
    /// Number of output features per sample.
    pub outputs: usize,
    /// The shape of the outputs: channels, height and width of an image, or channels and length of a
    /// sequence. Empty for flat features.
    pub shape: &'static [usize],
    /// Number of trained parameters.
    pub parameters: usize,
}

impl LayerInfo {
    /// The shape of the outputs as text, `8×26×26`, or their number: `784`.
    pub(crate) fn extent(&self) -> Extent {
        Extent { shape: self.shape, features: self.outputs }
    }
}

/// A shape, or a number of flat features.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    /// Empty for flat features.
    pub(crate) shape: &'static [usize],
    pub(crate) features: usize,
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.shape.split_first() else { return self.features.fmt(f) };
        write!(f, "{first}")?;
        rest.iter().try_for_each(|size| write!(f, "×{size}"))
    }
}
