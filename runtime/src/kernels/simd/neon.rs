//! The registers of 64-bit ARM processors.

use core::arch::aarch64::*;

use super::vector::{Vector, register};

register!(
    float32x4_t,
    float32x4_t,
    f32,
    4 of 32,
    || vdupq_n_f32(0.0),
    vdupq_n_f32,
    vld1q_f32,
    |from: *const f32, lanes| match lanes {
        1 => vld1q_lane_f32::<0>(from, vdupq_n_f32(0.0)),
        2 => vcombine_f32(vld1_f32(from), vdup_n_f32(0.0)),
        3 => {
            let two = vcombine_f32(vld1_f32(from), vdup_n_f32(0.0));
            vld1q_lane_f32::<2>(from.add(2), two)
        }
        _ => vld1q_f32(from),
    },
    vst1q_f32,
    |to: *mut f32, from, lanes| match lanes {
        1 => vst1q_lane_f32::<0>(to, from),
        2 => vst1_f32(to, vget_low_f32(from)),
        3 => {
            vst1_f32(to, vget_low_f32(from));
            vst1q_lane_f32::<2>(to.add(2), from);
        }
        _ => vst1q_f32(to, from),
    },
    |a, b, sum| vfmaq_f32(sum, a, b),
    vmaxq_f32,
    |a, b| (vzip1q_f32(a, b), vzip2q_f32(a, b)),
    |a, b| (vuzp1q_f32(a, b), vuzp2q_f32(a, b)),
    |x, other, then, otherwise| {
        let if_number = vbslq_f32(vcgtq_f32(x, other), then, otherwise);
        vbslq_f32(vceqq_f32(x, x), if_number, then)
    }
);

register!(
    float64x2_t,
    float64x2_t,
    f64,
    2 of 32,
    || vdupq_n_f64(0.0),
    vdupq_n_f64,
    vld1q_f64,
    |from, lanes| match lanes {
        1 => vld1q_lane_f64::<0>(from, vdupq_n_f64(0.0)),
        _ => vld1q_f64(from),
    },
    vst1q_f64,
    |to, from, lanes| match lanes {
        1 => vst1q_lane_f64::<0>(to, from),
        _ => vst1q_f64(to, from),
    },
    |a, b, sum| vfmaq_f64(sum, a, b),
    vmaxq_f64,
    |a, b| (vzip1q_f64(a, b), vzip2q_f64(a, b)),
    |a, b| (vuzp1q_f64(a, b), vuzp2q_f64(a, b)),
    |x, other, then, otherwise| {
        let if_number = vbslq_f64(vcgtq_f64(x, other), then, otherwise);
        vbslq_f64(vceqq_f64(x, x), if_number, then)
    }
);
