//! The shape of a two-dimensional convolution.

/// The shape of a convolution: everything but the number of samples.
///
/// Input: `channels × height × width` per sample. Weights: `filters × channels / groups × kernel`.
/// Output: `filters × output_height × output_width` per sample. Pairs are vertical, horizontal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dShape {
    /// Channels of the input.
    pub channels: usize,
    /// Rows of the input.
    pub height: usize,
    /// Columns of the input.
    pub width: usize,
    /// Channels of the output.
    pub filters: usize,
    /// Rows and columns of a filter.
    pub kernel: (usize, usize),
    /// Distance between two places of the kernel.
    pub stride: (usize, usize),
    /// Zeros around the input.
    pub padding: Padding,
    /// Distance between the places that a kernel reads.
    pub dilation: (usize, usize),
    /// Groups of channels, each with filters of its own.
    pub groups: usize,
}

/// Number of rows and columns of zeros around a plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Padding {
    /// Rows above.
    pub top: usize,
    /// Rows below.
    pub bottom: usize,
    /// Columns on the left.
    pub left: usize,
    /// Columns on the right.
    pub right: usize,
}

impl Padding {
    /// No padding.
    pub const NONE: Padding = Padding::new(0, 0);

    /// The same number of rows above and below, and of columns on both sides.
    pub const fn new(vertical: usize, horizontal: usize) -> Padding {
        Padding { top: vertical, bottom: vertical, left: horizontal, right: horizontal }
    }
}

impl Conv2dShape {
    /// A convolution with stride 1, without padding, dilation and groups.
    pub const fn new(
        (channels, height, width): (usize, usize, usize),
        filters: usize,
        kernel: (usize, usize),
    ) -> Conv2dShape {
        Conv2dShape {
            channels,
            height,
            width,
            filters,
            kernel,
            stride: (1, 1),
            padding: Padding::NONE,
            dilation: (1, 1),
            groups: 1,
        }
    }

    /// The same with `padding`.
    pub const fn padded(self, padding: Padding) -> Conv2dShape {
        Conv2dShape { padding, ..self }
    }

    /// The same with a stride.
    pub const fn strided(self, vertical: usize, horizontal: usize) -> Conv2dShape {
        Conv2dShape { stride: (vertical, horizontal), ..self }
    }

    /// The same with a dilation.
    pub const fn dilated(self, vertical: usize, horizontal: usize) -> Conv2dShape {
        Conv2dShape { dilation: (vertical, horizontal), ..self }
    }

    /// The same with channels and filters in `groups`.
    pub const fn grouped(self, groups: usize) -> Conv2dShape {
        Conv2dShape { groups, ..self }
    }

    /// Whether no size is 0, the groups divide channels and filters, and the kernel fits the padded
    /// input.
    pub const fn is_valid(&self) -> bool {
        self.channels > 0
            && self.filters > 0
            && self.groups > 0
            && self.channels.is_multiple_of(self.groups)
            && self.filters.is_multiple_of(self.groups)
            && self.vertical().is_valid()
            && self.horizontal().is_valid()
    }

    /// Number of rows of the output: that of PyTorch, rounded down.
    pub const fn output_height(&self) -> usize {
        self.vertical().output()
    }

    /// Number of columns of the output.
    pub const fn output_width(&self) -> usize {
        self.horizontal().output()
    }

    /// Number of numbers of an input sample.
    pub const fn input_len(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// Number of numbers of an output sample.
    pub const fn output_len(&self) -> usize {
        self.filters * self.output_height() * self.output_width()
    }

    /// Number of weights.
    pub const fn weights_len(&self) -> usize {
        self.filters * self.filter_len()
    }

    /// Number of floating-point operations of a pass over one sample.
    pub const fn flops(&self) -> usize {
        2 * self.output_len() * self.filter_len()
    }

    /// Number of weights of a filter.
    pub(super) const fn filter_len(&self) -> usize {
        self.group_channels() * self.taps()
    }

    /// Number of weights of a filter for one channel.
    pub(super) const fn taps(&self) -> usize {
        self.kernel.0 * self.kernel.1
    }

    /// Number of channels that a filter sees.
    pub(super) const fn group_channels(&self) -> usize {
        self.channels / self.groups
    }

    /// Number of filters that see the same channels.
    pub(super) const fn group_filters(&self) -> usize {
        self.filters / self.groups
    }

    /// The sizes from top to bottom.
    pub(super) const fn vertical(&self) -> Dimension {
        Dimension {
            size: self.height,
            kernel: self.kernel.0,
            stride: self.stride.0,
            dilation: self.dilation.0,
            before: self.padding.top,
            after: self.padding.bottom,
        }
    }

    /// The sizes from left to right.
    pub(super) const fn horizontal(&self) -> Dimension {
        Dimension {
            size: self.width,
            kernel: self.kernel.1,
            stride: self.stride.1,
            dilation: self.dilation.1,
            before: self.padding.left,
            after: self.padding.right,
        }
    }
}

/// The sizes of a convolution in one direction.
#[derive(Clone, Copy)]
pub(super) struct Dimension {
    pub(super) size: usize,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) dilation: usize,
    pub(super) before: usize,
    pub(super) after: usize,
}

impl Dimension {
    /// Whether the kernel fits.
    pub(super) const fn is_valid(&self) -> bool {
        self.size > 0
            && self.kernel > 0
            && self.stride > 0
            && self.dilation > 0
            && self.padded() >= self.span()
    }

    /// The size of the output; 0 if the kernel does not fit.
    pub(super) const fn output(&self) -> usize {
        if self.is_valid() { (self.padded() - self.span()) / self.stride + 1 } else { 0 }
    }

    /// Number of places from the first to the last that the kernel covers.
    pub(super) const fn span(&self) -> usize {
        (self.kernel - 1) * self.dilation + 1
    }

    /// Number of phases of the input that are not empty.
    pub(super) const fn phases(&self) -> usize {
        if self.stride < self.size { self.stride } else { self.size }
    }

    const fn padded(&self) -> usize {
        self.before + self.size + self.after
    }
}
