//! The sums that a forward pass and an input gradient have in common.
//!
//! ```text
//! destination[m][r][q] = bias[m] + Σ_c Σ_i Σ_j weight[m][c][i][j]
//!                        · source[c][r · stride + first + i · step][q · stride + first + j · step]
//! ```
//!
//! for rows `r` and columns `q` of a grid, where numbers outside of the source are 0. In a forward
//! pass, the source is the input and the grid is the output.
//!
//! For the input gradient with stride 1, the source is the gradient of the output, and `step` is
//! negative. With a larger stride, neighbouring rows of the input meet different rows of the kernel.
//! The rows whose number has the same remainder meet the same ones: they are a *phase*, which is
//! such a sum with some of the kernel's rows, and with stride 1 in the source. Columns likewise. So
//! no multiplication by a zero between strides is computed, and nothing is added up in memory.

use super::shape::{Conv2dShape, Dimension};

impl Dimension {
    /// The forward pass.
    pub(super) const fn forward(&self) -> Taps {
        Taps {
            count: self.kernel,
            first: -(self.before as isize),
            step: self.dilation as isize,
            weight: 0,
            weight_step: 1,
        }
    }

    /// Input places `phase`, `phase + stride` and so on, as sums over the output.
    pub(super) const fn backward(&self, phase: usize) -> Taps {
        // The place `i` meets tap `t` at the output `(i + before - t · dilation) / stride`.
        let offset = phase + self.before;
        let weight_step = self.stride / gcd(self.stride, self.dilation);
        let mut weight = 0;
        while weight < self.kernel && (weight * self.dilation) % self.stride != offset % self.stride
        {
            weight += 1;
        }
        Taps {
            count: (self.kernel - weight).div_ceil(weight_step),
            first: (offset as isize - (weight * self.dilation) as isize) / self.stride as isize,
            step: -((weight_step * self.dilation / self.stride) as isize),
            weight,
            weight_step,
        }
    }
}

/// The rows, or columns, of a kernel that contribute to the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taps {
    pub(super) count: usize,
    /// The place in the source that the first tap meets for row 0 of the grid.
    pub(super) first: isize,
    /// From one tap to the next.
    pub(super) step: isize,
    /// The row of the kernel that is the first tap.
    pub(super) weight: usize,
    /// From one tap to the next.
    pub(super) weight_step: usize,
}

impl Taps {
    /// The first place in the source that a tap meets for row 0 of the grid.
    pub(super) const fn least(&self) -> isize {
        if self.step < 0 && self.count > 0 {
            self.first + (self.count as isize - 1) * self.step
        } else {
            self.first
        }
    }

    /// The distance of a tap's place from the first place.
    pub(super) const fn distance(&self, tap: usize) -> usize {
        (self.first + tap as isize * self.step - self.least()) as usize
    }

    /// The distance of the last place from the first one.
    pub(super) const fn reach(&self) -> usize {
        if self.count == 0 { 0 } else { (self.count - 1) * self.step.unsigned_abs() }
    }
}

/// Sums as described above, for the channels and filters of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Correlation {
    /// Number of planes of the source.
    pub(super) channels: usize,
    /// Number of planes of the destination.
    pub(super) filters: usize,
    /// Rows and columns of a plane of the source.
    pub(super) source: (usize, usize),
    /// Rows and columns of the grid.
    pub(super) grid: (usize, usize),
    /// Rows and columns of the source from one place in the grid to the next.
    pub(super) stride: (usize, usize),
    /// The rows and columns of the kernel.
    pub(super) taps: (Taps, Taps),
    /// Number of columns of the kernel.
    pub(super) kernel_width: usize,
    /// The distance between the weights of filters, and of channels.
    pub(super) weight_strides: (usize, usize),
    /// Rows and columns of a plane of the destination.
    pub(super) destination: (usize, usize),
    /// The first row and column of the destination that the grid covers.
    pub(super) phase: (usize, usize),
    /// Rows and columns of the destination from one place in the grid to the next.
    pub(super) spacing: (usize, usize),
}

impl Correlation {
    /// The forward pass.
    pub(super) const fn forward(shape: &Conv2dShape) -> Correlation {
        let output = (shape.output_height(), shape.output_width());
        Correlation {
            channels: shape.group_channels(),
            filters: shape.group_filters(),
            source: (shape.height, shape.width),
            grid: output,
            stride: shape.stride,
            taps: (shape.vertical().forward(), shape.horizontal().forward()),
            kernel_width: shape.kernel.1,
            weight_strides: (shape.filter_len(), shape.taps()),
            destination: output,
            phase: (0, 0),
            spacing: (1, 1),
        }
        .flattened()
    }

    /// A phase of the input gradient.
    pub(super) const fn backward(shape: &Conv2dShape, phase: (usize, usize)) -> Correlation {
        let (vertical, horizontal) = (shape.vertical(), shape.horizontal());
        Correlation {
            channels: shape.group_filters(),
            filters: shape.group_channels(),
            source: (shape.output_height(), shape.output_width()),
            grid: (
                (shape.height - phase.0).div_ceil(shape.stride.0),
                (shape.width - phase.1).div_ceil(shape.stride.1),
            ),
            stride: (1, 1),
            taps: (vertical.backward(phase.0), horizontal.backward(phase.1)),
            kernel_width: shape.kernel.1,
            weight_strides: (shape.taps(), shape.filter_len()),
            destination: (shape.height, shape.width),
            phase,
            spacing: shape.stride,
        }
        .flattened()
    }

    /// Whether the grid is the whole destination, so that sums are stored where they belong.
    pub(super) const fn is_dense(&self) -> bool {
        self.spacing.0 == 1 && self.spacing.1 == 1
    }

    /// Number of places in the grid.
    pub(super) const fn places(&self) -> usize {
        self.grid.0 * self.grid.1
    }

    /// Number of numbers in a plane of the source.
    pub(super) const fn source_len(&self) -> usize {
        self.source.0 * self.source.1
    }

    /// Number of numbers in a plane of the destination.
    pub(super) const fn destination_len(&self) -> usize {
        self.destination.0 * self.destination.1
    }

    /// Number of weights of a filter for one channel.
    pub(super) const fn taps_len(&self) -> usize {
        self.taps.0.count * self.taps.1.count
    }

    /// The distance of a tap's weight from the first one of its channel.
    pub(super) const fn weight_at(&self, (i, j): (usize, usize)) -> usize {
        let (rows, columns) = (&self.taps.0, &self.taps.1);
        (rows.weight + i * rows.weight_step) * self.kernel_width
            + columns.weight
            + j * columns.weight_step
    }

    /// The same sums with planes of a single column, if there is one tap that meets the places of
    /// the grid in order: a kernel of 1 × 1 is a matrix product. Blocks then end anywhere, not only
    /// after a row.
    const fn flattened(self) -> Correlation {
        let (rows, columns) = (&self.taps.0, &self.taps.1);
        let is_product = rows.count == 1
            && columns.count == 1
            && rows.first == 0
            && columns.first == 0
            && self.stride.0 == 1
            && self.stride.1 == 1
            && self.is_dense()
            && self.source.0 == self.grid.0
            && self.source.1 == self.grid.1;
        if !is_product {
            return self;
        }
        let flat = (self.places(), 1);
        Correlation { source: flat, grid: flat, destination: flat, ..self }
    }
}

const fn gcd(mut a: usize, mut b: usize) -> usize {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
