//! Copies rows of a plane, with the columns of each phase together.

use super::plan::Plan;
use crate::kernels::simd::vector::Vector;

impl Plan {
    /// Copies rows.
    ///
    /// # Safety
    ///
    /// The processor must have the feature of `V`, and there must be as many rows in `from` and `to`.
    #[inline(always)]
    pub(crate) unsafe fn copy_rows<V: Vector>(
        &self,
        rows: usize,
        mut from: *const V::Element,
        mut to: *mut V::Element,
    ) {
        let width = self.source.1;
        // SAFETY: the caller guarantees the feature. All numbers that are read are in the row. A phase
        // has room for them, rounded up to a register.
        unsafe {
            match self.stride.1 {
                1 => {
                    let (whole, rest) = (width / V::LANES * V::LANES, width % V::LANES);
                    for _ in 0..rows {
                        for place in (0..whole).step_by(V::LANES) {
                            V::load(from.add(place)).store(to.add(place));
                        }
                        if rest > 0 {
                            V::load_part(from.add(whole), rest).store(to.add(whole));
                        }
                        from = from.wrapping_add(width);
                        to = to.wrapping_add(self.row_len);
                    }
                }
                2 if width > 1 => {
                    let whole = width / (2 * V::LANES) * V::LANES;
                    let rest = width % (2 * V::LANES);
                    let (low, high) = (rest.min(V::LANES), rest.saturating_sub(V::LANES));
                    for _ in 0..rows {
                        let odd_to = to.add(self.pitch);
                        for place in (0..whole).step_by(V::LANES) {
                            let low = V::load(from.add(2 * place));
                            let high = V::load(from.add(2 * place + V::LANES));
                            let (even, odd) = low.deinterleave(high);
                            even.store(to.add(place));
                            odd.store(odd_to.add(place));
                        }
                        if rest > 0 {
                            let from = from.add(2 * whole);
                            let low = V::load_part(from, low);
                            let high = if high > 0 {
                                V::load_part(from.add(V::LANES), high)
                            } else {
                                V::zero()
                            };
                            let (even, odd) = low.deinterleave(high);
                            even.store(to.add(whole));
                            odd.store(odd_to.add(whole));
                        }
                        from = from.wrapping_add(width);
                        to = to.wrapping_add(self.row_len);
                    }
                }
                stride => {
                    for _ in 0..rows {
                        for phase in 0..stride.min(width) {
                            let to = to.add(phase * self.pitch);
                            for place in 0..(width - phase).div_ceil(stride) {
                                *to.add(place) = *from.add(phase + place * stride);
                            }
                        }
                        from = from.wrapping_add(width);
                        to = to.wrapping_add(self.row_len);
                    }
                }
            }
        }
    }
}
