//! The directions of a pass.

use crate::kernels::conv::correlation::Taps;
use crate::kernels::conv::shape::{Conv2dShape, Dimension, Padding};

/// What is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// The output, from the input.
    Forward,
    /// The gradient of the input, from that of the output.
    Backward,
}

/// A direction of a pass. As in [`Correlation`](super::correlation::Correlation), the gradient of the
/// input with a stride has phases, with a grid for each.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    dimension: Dimension,
    pass: Pass,
}

impl Axis {
    /// Number of places of the source.
    pub(super) const fn source(&self) -> usize {
        match self.pass {
            Pass::Forward => self.dimension.size,
            Pass::Backward => self.dimension.output(),
        }
    }

    /// Number of places of the destination.
    pub(super) const fn destination(&self) -> usize {
        match self.pass {
            Pass::Forward => self.dimension.output(),
            Pass::Backward => self.dimension.size,
        }
    }

    /// Places of the source from one place of a grid to the next.
    pub(super) const fn stride(&self) -> usize {
        match self.pass {
            Pass::Forward => self.dimension.stride,
            Pass::Backward => 1,
        }
    }

    /// Number of phases of the source that are not empty.
    pub(super) const fn source_phases(&self) -> usize {
        if self.stride() < self.source() { self.stride() } else { self.source() }
    }

    /// Number of phases of the destination that are not empty.
    pub(super) const fn phases(&self) -> usize {
        match self.pass {
            Pass::Forward => 1,
            Pass::Backward => self.dimension.phases(),
        }
    }

    /// Places of the destination from one place of a grid to the next.
    pub(super) const fn spacing(&self) -> usize {
        match self.pass {
            Pass::Forward => 1,
            Pass::Backward => self.dimension.stride,
        }
    }

    /// Number of places of the grid of a phase. The first phase has the most.
    pub(super) const fn grid(&self, phase: usize) -> usize {
        (self.destination() - phase).div_ceil(self.spacing())
    }

    pub(super) const fn taps(&self, phase: usize) -> Taps {
        match self.pass {
            Pass::Forward => self.dimension.forward(),
            Pass::Backward => self.dimension.backward(phase),
        }
    }

    /// The first and the last place of the source that a tap meets for the first place of a grid.
    pub(super) const fn met(&self) -> (isize, isize) {
        let mut met = (0, 0);
        let (mut phase, mut is_first) = (0, true);
        while phase < self.phases() {
            let taps = self.taps(phase);
            if taps.count > 0 {
                let (least, most) = (taps.least(), taps.least() + taps.reach() as isize);
                met.0 = if is_first || least < met.0 { least } else { met.0 };
                met.1 = if is_first || most > met.1 { most } else { met.1 };
                is_first = false;
            }
            phase += 1;
        }
        met
    }
}

/// The directions of a pass.
pub(super) const fn axes(shape: &Conv2dShape, pass: Pass) -> (Axis, Axis) {
    let shape = lying(shape);
    let rows = Axis { dimension: shape.vertical(), pass };
    (rows, Axis { dimension: shape.horizontal(), pass })
}

/// The same convolution with a single row instead of a single column, or of a kernel of 1 × 1.
pub(super) const fn lying(shape: &Conv2dShape) -> Conv2dShape {
    let (padding, mut lying) = (shape.padding, *shape);
    let is_narrow = shape.kernel.1 == 1 && padding.left == 0 && padding.right == 0;
    if is_narrow && shape.width == 1 {
        (lying.height, lying.width) = (1, shape.height);
        lying.kernel = (1, shape.kernel.0);
        lying.stride = (1, shape.stride.0);
        lying.dilation = (1, shape.dilation.0);
        lying.padding = Padding { top: 0, bottom: 0, left: padding.top, right: padding.bottom };
    } else if is_narrow
        && shape.taps() == 1
        && padding.top == 0
        && padding.bottom == 0
        && shape.stride.0 == 1
        && shape.stride.1 == 1
    {
        (lying.height, lying.width) = (1, shape.height * shape.width);
    }
    lying
}
