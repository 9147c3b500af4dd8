//! Requests the source of the next block while a block is computed.
//!
//! The processor's own prefetching follows a few streams of adjacent lines, and stops at the end of a
//! page. Planes are too many, and too short.

use super::correlation::Correlation;
use super::plan::LINE;
use crate::kernels::gemm::prefetch::{CAN_PREFETCH, prefetch_now};

/// Parts of planes, of which each tile requests some lines.
pub(super) struct Ahead<T> {
    next: *const T,
    /// From one part to the next.
    stride: usize,
    /// Parts that are left, and lines of the first of them.
    left: (usize, usize),
    /// Lines of each part.
    lines: usize,
    /// Lines for each tile.
    pace: usize,
}

/// Some channels for some rows of the grid, of some samples.
pub(super) struct Planes<T> {
    /// The first channel of the first sample.
    pub(super) first: *const T,
    pub(super) channels: usize,
    pub(super) row: usize,
    pub(super) rows: usize,
    pub(super) samples: usize,
    /// From one sample to the next.
    pub(super) sample_stride: usize,
}

impl<T> Ahead<T> {
    /// Requests nothing.
    pub(super) fn nothing() -> Ahead<T> {
        Ahead { next: core::ptr::null(), stride: 0, left: (0, 0), lines: 0, pace: 0 }
    }

    /// Divides what the planes meet among `tiles` tiles.
    pub(super) fn new(correlation: &Correlation, planes: &Planes<T>, tiles: usize) -> Ahead<T> {
        let (height, width) = correlation.source;
        let (rows, stride) = (&correlation.taps.0, correlation.stride.0);
        let least = (planes.row * stride) as isize + rows.least();
        let end = least + (planes.rows.saturating_sub(1) * stride + rows.reach() + 1) as isize;
        let [least, end] = [least, end].map(|row| row.clamp(0, height as isize) as usize);
        // Whole planes of a sample are adjacent.
        let (parts, stride, len) = if end - least == height {
            (planes.samples, planes.sample_stride, planes.channels * height * width)
        } else {
            (planes.channels, height * width, (end - least) * width)
        };
        let lines = len.div_ceil(LINE);
        let next = planes.first.wrapping_add(least * width);
        let pace = (parts * lines).div_ceil(tiles.max(1));
        Ahead { next, stride, left: (parts, lines), lines, pace }
    }

    /// Requests the lines of a tile.
    #[inline(always)]
    pub(super) fn request(&mut self) {
        if !CAN_PREFETCH {
            return;
        }
        for _ in 0..self.pace {
            if self.left.1 == 0 {
                self.next = self.next.wrapping_add(self.stride).wrapping_sub(self.lines * LINE);
                self.left = (self.left.0.saturating_sub(1), self.lines);
            }
            if self.left.0 == 0 || self.lines == 0 {
                return;
            }
            prefetch_now(self.next);
            self.next = self.next.wrapping_add(LINE);
            self.left.1 -= 1;
        }
    }
}
