//! Layers whose kernel moves over an image.

use crate::kernels::conv::Conv2dShape;
use crate::kernels::pool::PoolShape;

/// The sizes of a layer whose kernel moves over an image: those of the image, the kernel, its stride
/// and padding. `network!` declares one type for each layer.
pub trait Window {
    /// The sizes. A pooling has as many filters and groups as channels.
    const SHAPE: Conv2dShape;
}

/// Each thread needs scratch memory of its own.
pub(super) const MAX_THREADS: usize = if cfg!(feature = "threads") { 8 } else { 1 };

/// The sizes of a pooling.
pub(super) const fn pool_shape<W: Window>() -> PoolShape {
    let Conv2dShape { channels, height, width, kernel, stride, padding, .. } = W::SHAPE;
    let shape = PoolShape::new((channels, height, width), kernel)
        .strided(stride.0, stride.1)
        .padded(padding.top, padding.left);
    assert!(shape.is_valid(), "a pooling whose windows do not fit its input");
    shape
}
