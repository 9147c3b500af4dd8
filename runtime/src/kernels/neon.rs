//! The registers of 64-bit ARM processors.

use std::arch::aarch64::*;

use super::vector::Vector;

/// Implements [`Vector`] for a register type from the names of its intrinsics.
/// `$load_part` and `$store_part` are for fewer numbers than the register has lanes.
macro_rules! register {
    ($register:ty, $element:ty, $lanes:literal, $splat:ident, $load:ident, $load_part:expr,
     $store:ident, $store_part:expr, $fma:ident, $first:ident, $second:ident) => {
        impl Vector for $register {
            type Element = $element;
            const LANES: usize = $lanes;
            const REGISTERS: usize = 32;

            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: the caller vouches for the processor feature.
                unsafe { $splat(0.0) }
            }

            #[inline(always)]
            unsafe fn splat(value: $element) -> Self {
                // SAFETY: as above.
                unsafe { $splat(value) }
            }

            #[inline(always)]
            unsafe fn load(from: *const $element) -> Self {
                // SAFETY: as above, and for `LANES` numbers behind `from`.
                unsafe { $load(from) }
            }

            #[inline(always)]
            unsafe fn load_part(from: *const $element, lanes: usize) -> Self {
                // SAFETY: as above, and for `lanes` numbers behind `from`.
                unsafe { if lanes < $lanes { $load_part(from, lanes) } else { $load(from) } }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $element) {
                // SAFETY: as above, and for `LANES` places behind `to`.
                unsafe { $store(to, self) }
            }

            #[inline(always)]
            unsafe fn store_part(self, to: *mut $element, lanes: usize) {
                // SAFETY: as above, and for `lanes` places behind `to`.
                unsafe {
                    if lanes < $lanes {
                        $store_part(self, to, lanes);
                    } else {
                        $store(to, self);
                    }
                }
            }

            #[inline(always)]
            unsafe fn plus_product(self, a: Self, b: Self) -> Self {
                // SAFETY: as above.
                unsafe { $fma(self, a, b) }
            }

            #[inline(always)]
            unsafe fn interleave(self, other: Self) -> (Self, Self) {
                // SAFETY: as above.
                unsafe { ($first(self, other), $second(self, other)) }
            }
        }
    };
}

register!(
    float32x4_t,
    f32,
    4,
    vdupq_n_f32,
    vld1q_f32,
    |from: *const f32, lanes| match lanes {
        1 => vld1q_lane_f32::<0>(from, vdupq_n_f32(0.0)),
        _ => {
            let two = vcombine_f32(vld1_f32(from), vdup_n_f32(0.0));
            if lanes == 2 { two } else { vld1q_lane_f32::<2>(from.add(2), two) }
        }
    },
    vst1q_f32,
    |from, to: *mut f32, lanes| match lanes {
        1 => vst1q_lane_f32::<0>(to, from),
        _ => {
            vst1_f32(to, vget_low_f32(from));
            if lanes == 3 {
                vst1q_lane_f32::<2>(to.add(2), from);
            }
        }
    },
    vfmaq_f32,
    vzip1q_f32,
    vzip2q_f32
);

register!(
    float64x2_t,
    f64,
    2,
    vdupq_n_f64,
    vld1q_f64,
    |from, _| vld1q_lane_f64::<0>(from, vdupq_n_f64(0.0)),
    vst1q_f64,
    |from, to, _| vst1q_lane_f64::<0>(to, from),
    vfmaq_f64,
    vzip1q_f64,
    vzip2q_f64
);
