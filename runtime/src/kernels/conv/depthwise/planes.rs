//! What the kernels of each instruction set compute.

use num_traits::Zero;

use super::plan::{Plan, REGISTERS};
use super::products::Products;
use crate::kernels::gemm::prefetch::prefetch;
use crate::kernels::simd::vector::Vector;

/// Inner loops as functions of their own, for which the compiler enables the feature of the registers:
/// they are compiled only once, and have all general registers for themselves.
pub(crate) trait Planes: Vector {
    /// [`Plan::copy_rows`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn copy_rows(
        plan: &Plan,
        rows: usize,
        from: *const Self::Element,
        to: *mut Self::Element,
    );

    /// [`Products::sums`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn sums(
        products: &Products<'_, Self::Element>,
        registers: usize,
        to: &mut [Self; REGISTERS],
    );

    /// [`Products::add_gradients`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn add_gradients(
        products: &Products<'_, Self::Element>,
        registers: usize,
        d_output: &[Self; REGISTERS],
        sums: *mut Self::Element,
    );
}

impl Plan {
    /// Copies what some rows of a grid meet. Everything else must be zero, and other rows of a plane may
    /// be left from before.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    ///
    /// # Panics
    ///
    /// If a slice is too short.
    #[inline(always)]
    pub(super) unsafe fn copy<V: Planes>(
        &self,
        (row, rows): (usize, usize),
        plane: &[V::Element],
        to: &mut [V::Element],
    ) {
        let (height, width) = self.source;
        let rows = self.copied_rows(rows);
        assert!(plane.len() == height * width, "a plane");
        assert!(self.lead + rows * self.row_len <= to.len(), "room for a copy");
        let first = (row * self.stride.0) as isize + self.first_row;
        let before = rows.min((-first).max(0) as usize);
        let first = first.max(0) as usize;
        let inside = height.saturating_sub(first).min(rows - before);
        let to = &mut to[self.lead..][..rows * self.row_len];
        if self.band < self.grid.0 {
            // Otherwise, these rows are never written.
            to[..before * self.row_len].fill(V::Element::zero());
            to[(before + inside) * self.row_len..].fill(V::Element::zero());
        }
        if inside == 0 {
            return;
        }
        let (from, to) = (&plane[first * width..], &mut to[before * self.row_len..]);
        // SAFETY: the caller guarantees the feature. As many rows are in the plane, and in the copy.
        unsafe { V::copy_rows(self, inside, from.as_ptr(), to.as_mut_ptr()) };
    }
}

/// Numbers between those that are copied next and those that are prefetched (`f32`: two pages).
const AHEAD: usize = 2048;

/// Prefetches `len` numbers some way after `first`. A page ends after a few planes, and the processor does
/// not see by itself that the next one follows. In long planes it does, and the requests would delay
/// others.
#[inline(always)]
pub(super) fn prefetch_ahead<T>(source: &[T], first: usize, len: usize) {
    let start = first + AHEAD;
    if len <= AHEAD && start + len <= source.len() {
        prefetch(&source[start..start + len]);
    }
}
