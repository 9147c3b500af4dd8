//! Stores the sums of a tile.

use num_traits::Zero;

use super::plan::Plan;
use crate::kernels::simd::vector::{MAX_LANES, Vector};

impl Plan {
    /// Stores sums, of which the first one begins at a column of a row.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and there must be only one column phase. The
    /// registers must begin in the grid, and `row` be the rest of a plane of the destination from the
    /// row of the first register on.
    #[inline(always)]
    pub(super) unsafe fn store<V: Vector>(
        &self,
        sums: &[V],
        column: usize,
        row: &mut [V::Element],
    ) {
        let left = self.width - column;
        let (whole, part, distance) = if self.is_flat {
            (sums.len().min(left / V::LANES), left % V::LANES, V::LANES)
        } else if left < V::LANES {
            (0, left, self.spacing.0 * self.width)
        } else {
            (sums.len(), 0, self.spacing.0 * self.width)
        };
        let (whole, others) = sums.split_at(whole);
        // SAFETY: the caller guarantees the feature. Of each register, only what is in its row is
        // stored: if there is a part, it has fewer numbers than a register.
        unsafe {
            let mut to = row.as_mut_ptr().add(column);
            for sum in whole {
                sum.store(to);
                to = to.wrapping_add(distance);
            }
            for sum in others {
                sum.store_part(to, part);
                to = to.wrapping_add(distance);
            }
        }
    }

    /// Stores the sums of two column phases, of which the first one begins at a column of a grid.
    ///
    /// # Safety
    ///
    /// As for [`store`](Plan::store), with two column phases. There must be as many registers in `odd`.
    #[inline(always)]
    pub(super) unsafe fn interleave<V: Vector>(
        &self,
        even: &[V],
        odd: &[V],
        column: usize,
        row: &mut [V::Element],
    ) {
        let mut left = self.width - 2 * column;
        let (distance, further) = if self.is_flat {
            (2 * V::LANES, 2 * V::LANES)
        } else {
            (self.spacing.0 * self.width, 0)
        };
        // SAFETY: the caller guarantees the feature. Of each register, only what is in its row is
        // stored.
        unsafe {
            let mut to = row.as_mut_ptr().add(2 * column);
            for (even, odd) in even.iter().zip(odd) {
                let (low, high) = even.interleave(*odd);
                store_up_to(low, to, left);
                if left > V::LANES {
                    store_up_to(high, to.add(V::LANES), left - V::LANES);
                }
                to = to.wrapping_add(distance);
                left -= further.min(left);
            }
        }
    }

    /// Stores the sums of one of several column phases, of which the first one begins at a column of a
    /// grid.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`.
    #[inline(always)]
    pub(super) unsafe fn scatter<V: Vector>(
        &self,
        sums: &[V],
        column: usize,
        phase: usize,
        row: &mut [V::Element],
    ) {
        let (down, right) =
            if self.is_flat { (0, V::LANES) } else { (self.spacing.0 * self.width, 0) };
        for (index, sum) in sums.iter().enumerate() {
            let mut lanes = [V::Element::zero(); MAX_LANES];
            // SAFETY: the caller guarantees the feature; there is room for the longest register.
            unsafe { sum.store(lanes.as_mut_ptr()) };
            let first = phase + (column + index * right) * self.spacing.1;
            let row = &mut row[index * down..][..self.width];
            let places = row.iter_mut().skip(first).step_by(self.spacing.1);
            places.zip(&lanes[..V::LANES]).for_each(|(place, &sum)| *place = sum);
        }
    }
}

/// Stores a register, or `left` numbers of it if that is less.
///
/// # Safety
///
/// The processor must have the feature of `V`. `left` must not be 0, and as many numbers must be
/// writable, up to a register.
#[inline(always)]
unsafe fn store_up_to<V: Vector>(register: V, to: *mut V::Element, left: usize) {
    // SAFETY: the caller guarantees this.
    unsafe { if left >= V::LANES { register.store(to) } else { register.store_part(to, left) } }
}
