//! The shape of a two-dimensional convolution.

use super::correlation::{Correlation, Dimension};
use super::gradient::GradientPlan;
use super::plan::Plan;

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

    /// Number of numbers of scratch memory that a kernel needs for one thread. With a multiple of
    /// it, that many threads can share the work.
    ///
    /// It is at most a megabyte, except for rows of many thousand columns.
    pub const fn scratch_len(&self) -> usize {
        let mut most = Plan::new(&Correlation::forward(self)).scratch_len();
        let gradient = GradientPlan::new(self, self.group_filters()).scratch_len(self);
        most = if gradient > most { gradient } else { most };
        let mut phase = (0, 0);
        while phase.0 < self.vertical().phases() {
            while phase.1 < self.horizontal().phases() {
                let this = Plan::new(&Correlation::backward(self, phase)).scratch_len();
                most = if this > most { this } else { most };
                phase.1 += 1;
            }
            phase = (phase.0 + 1, 0);
        }
        most
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
