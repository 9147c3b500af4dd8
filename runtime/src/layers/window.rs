//! Layers whose kernel moves over an image.

use crate::kernels::conv::Conv2dShape;

/// The sizes of a layer whose kernel moves over an image: those of the image, the kernel, its stride
/// and padding. `network!` declares one type for each layer.
pub trait Window {
    /// The sizes. A pooling has as many filters and groups as channels.
    const SHAPE: Conv2dShape;
}

/// Each thread needs scratch memory of its own.
pub(super) const MAX_THREADS: usize = if cfg!(feature = "threads") { 8 } else { 1 };
