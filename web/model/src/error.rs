//! What can fail.

/// An error of the page's computations.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The digits that ship with the page.
    #[error("the digits are damaged in line {line}")]
    Shipped { line: usize },

    /// The lengths of strokes do not add up to the number of points, or a point is not finite.
    #[error("expected finite points, as many as the strokes have; found {found} numbers")]
    Strokes { found: usize },

    /// The network.
    #[error(transparent)]
    Network(#[from] chainrule::Error),

    /// Batches of samples.
    #[error(transparent)]
    Data(#[from] chainrule::data::Error),
}
