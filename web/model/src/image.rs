//! The images that the network sees, in the style of MNIST.
//!
//! The digits that ship with the page, and drawings, are ink in 8 × 8 cells at first. Both are rendered
//! as the examples do it.

use crate::digits::{self, Ink};

/// Number of pixels on a side.
pub const FIELD: usize = digits::FIELD;

/// Number of pixels.
pub const PIXELS: usize = FIELD * FIELD;

/// The brightness of the pixels, row by row, from 0 to 1.
pub type Image = [f32; PIXELS];

/// Scales pixels from bytes to numbers.
pub(crate) fn from_bytes(pixels: &[u8; PIXELS]) -> Image {
    pixels.map(|pixel| f32::from(pixel) / 255.0)
}

/// Renders ink as an image.
pub(crate) fn render(ink: &Ink) -> Image {
    from_bytes(&digits::render(ink))
}
