//! The shape of a pooling.

/// The shape of a pooling: everything but the number of samples. Pairs are vertical, horizontal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolShape {
    pub(crate) channels: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// Rows and columns of a window.
    pub(crate) size: (usize, usize),
    pub(crate) stride: (usize, usize),
    /// On each side.
    pub(crate) padding: (usize, usize),
}

impl PoolShape {
    /// Adjacent windows, without padding.
    pub(crate) const fn new(
        (channels, height, width): (usize, usize, usize),
        size: (usize, usize),
    ) -> PoolShape {
        PoolShape { channels, height, width, size, stride: size, padding: (0, 0) }
    }

    /// The same with a stride.
    pub(crate) const fn strided(self, vertical: usize, horizontal: usize) -> PoolShape {
        PoolShape { stride: (vertical, horizontal), ..self }
    }

    /// The same with padding on each side.
    pub(crate) const fn padded(self, vertical: usize, horizontal: usize) -> PoolShape {
        PoolShape { padding: (vertical, horizontal), ..self }
    }

    /// Whether no size is 0, the padding is at most half a window, and a window fits.
    pub(crate) const fn is_valid(&self) -> bool {
        self.channels > 0
            && self.height > 0
            && self.width > 0
            && self.stride.0 > 0
            && self.stride.1 > 0
            && self.size.0 > 0
            && self.size.1 > 0
            && self.padding.0 <= self.size.0 / 2
            && self.padding.1 <= self.size.1 / 2
            && self.height + 2 * self.padding.0 >= self.size.0
            && self.width + 2 * self.padding.1 >= self.size.1
    }

    /// Number of rows of the output: that of PyTorch, rounded down.
    pub(crate) const fn output_height(&self) -> usize {
        (self.height + 2 * self.padding.0 - self.size.0) / self.stride.0 + 1
    }

    /// Number of columns of the output.
    pub(crate) const fn output_width(&self) -> usize {
        (self.width + 2 * self.padding.1 - self.size.1) / self.stride.1 + 1
    }

    /// Number of numbers of an input sample.
    pub(crate) const fn input_len(&self) -> usize {
        self.channels * self.plane_len()
    }

    /// Number of numbers of an output sample.
    pub(crate) const fn output_len(&self) -> usize {
        self.channels * self.output_plane_len()
    }

    pub(super) const fn plane_len(&self) -> usize {
        self.height * self.width
    }

    pub(super) const fn output_plane_len(&self) -> usize {
        self.output_height() * self.output_width()
    }

    /// Whether windows are adjacent squares of four numbers.
    pub(super) const fn is_in_squares(&self) -> bool {
        matches!((self.size, self.stride, self.padding), ((2, 2), (2, 2), (0, 0)))
    }

    /// Whether a window is a whole plane.
    pub(super) const fn is_global(&self) -> bool {
        self.size.0 == self.height
            && self.size.1 == self.width
            && self.padding.0 == 0
            && self.padding.1 == 0
    }

    /// Calls `each` for each window of a plane, with its number and the rows and columns of it that
    /// are inside of the plane.
    #[inline(always)]
    pub(super) fn windows(&self, mut each: impl FnMut(usize, [usize; 2], [usize; 2])) {
        let inside = |place: usize, stride: usize, padding: usize, size: usize, end: usize| {
            let (first, last) = (place * stride, place * stride + size);
            [first.saturating_sub(padding), (last - padding).min(end)]
        };
        for y in 0..self.output_height() {
            let rows = inside(y, self.stride.0, self.padding.0, self.size.0, self.height);
            for x in 0..self.output_width() {
                let columns = inside(x, self.stride.1, self.padding.1, self.size.1, self.width);
                each(y * self.output_width() + x, rows, columns);
            }
        }
    }

    pub(super) fn check(&self, batch: usize, input: usize, output: usize) {
        assert!(self.is_valid(), "{self:?}");
        assert_eq!(input, batch * self.input_len(), "the input of a pooling");
        assert_eq!(output, batch * self.output_len(), "the output of a pooling");
    }
}
