//! The registers of x86-64 processors with AVX2 and FMA, and with AVX-512.

use core::arch::x86_64::*;

use super::vector::{Vector, register};

register!(
    __m512,
    __m256,
    f32,
    16 of 32,
    _mm512_setzero_ps,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    |from, lanes| _mm512_maskz_loadu_ps(u16::MAX >> (16 - lanes), from),
    _mm512_storeu_ps,
    |to, from, lanes| _mm512_mask_storeu_ps(to, u16::MAX >> (16 - lanes), from),
    _mm512_fmadd_ps,
    _mm512_max_ps,
    |a, b| {
        let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        let high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
        (_mm512_permutex2var_ps(a, low, b), _mm512_permutex2var_ps(a, high, b))
    },
    |a, b| {
        let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        let odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
        (_mm512_permutex2var_ps(a, even, b), _mm512_permutex2var_ps(a, odd, b))
    },
    |x, other, then, otherwise| {
        let is_nan = _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, x);
        let is_larger = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(x, other);
        _mm512_mask_blend_ps(is_larger | is_nan, otherwise, then)
    }
);

register!(
    __m512d,
    __m256d,
    f64,
    8 of 32,
    _mm512_setzero_pd,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    |from, lanes| _mm512_maskz_loadu_pd(u8::MAX >> (8 - lanes), from),
    _mm512_storeu_pd,
    |to, from, lanes| _mm512_mask_storeu_pd(to, u8::MAX >> (8 - lanes), from),
    _mm512_fmadd_pd,
    _mm512_max_pd,
    |a, b| {
        let low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
        let high = _mm512_add_epi64(low, _mm512_set1_epi64(4));
        (_mm512_permutex2var_pd(a, low, b), _mm512_permutex2var_pd(a, high, b))
    },
    |a, b| {
        let even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
        let odd = _mm512_add_epi64(even, _mm512_set1_epi64(1));
        (_mm512_permutex2var_pd(a, even, b), _mm512_permutex2var_pd(a, odd, b))
    },
    |x, other, then, otherwise| {
        let is_nan = _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(x, x);
        let is_larger = _mm512_cmp_pd_mask::<_CMP_GT_OQ>(x, other);
        _mm512_mask_blend_pd(is_larger | is_nan, otherwise, then)
    }
);

register!(
    __m256,
    __m256,
    f32,
    8 of 16,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    |from, lanes| _mm256_maskload_ps(from, mask_of_8(lanes)),
    _mm256_storeu_ps,
    |to, from, lanes| _mm256_maskstore_ps(to, mask_of_8(lanes), from),
    _mm256_fmadd_ps,
    _mm256_max_ps,
    |a, b| {
        let (even, odd) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        (
            _mm256_permute2f128_ps::<0x20>(even, odd),
            _mm256_permute2f128_ps::<0x31>(even, odd),
        )
    },
    |a, b| {
        let even = _mm256_castps_pd(_mm256_shuffle_ps::<0b10_00_10_00>(a, b));
        let odd = _mm256_castps_pd(_mm256_shuffle_ps::<0b11_01_11_01>(a, b));
        (
            _mm256_castpd_ps(_mm256_permute4x64_pd::<0b11_01_10_00>(even)),
            _mm256_castpd_ps(_mm256_permute4x64_pd::<0b11_01_10_00>(odd)),
        )
    },
    |x, other, then, otherwise| {
        let is_nan = _mm256_cmp_ps::<_CMP_UNORD_Q>(x, x);
        let is_larger = _mm256_cmp_ps::<_CMP_GT_OQ>(x, other);
        _mm256_blendv_ps(otherwise, then, _mm256_or_ps(is_larger, is_nan))
    }
);

register!(
    __m256d,
    __m256d,
    f64,
    4 of 16,
    _mm256_setzero_pd,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    |from, lanes| _mm256_maskload_pd(from, mask_of_4(lanes)),
    _mm256_storeu_pd,
    |to, from, lanes| _mm256_maskstore_pd(to, mask_of_4(lanes), from),
    _mm256_fmadd_pd,
    _mm256_max_pd,
    |a, b| {
        let (even, odd) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        (
            _mm256_permute2f128_pd::<0x20>(even, odd),
            _mm256_permute2f128_pd::<0x31>(even, odd),
        )
    },
    |a, b| {
        let (even, odd) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        (
            _mm256_permute4x64_pd::<0b11_01_10_00>(even),
            _mm256_permute4x64_pd::<0b11_01_10_00>(odd),
        )
    },
    |x, other, then, otherwise| {
        let is_nan = _mm256_cmp_pd::<_CMP_UNORD_Q>(x, x);
        let is_larger = _mm256_cmp_pd::<_CMP_GT_OQ>(x, other);
        _mm256_blendv_pd(otherwise, then, _mm256_or_pd(is_larger, is_nan))
    }
);

/// A mask of the first `lanes` of eight 32-bit lanes.
///
/// # Safety
///
/// The processor must have AVX2, and `lanes` must be at most 8.
#[inline(always)]
unsafe fn mask_of_8(lanes: usize) -> __m256i {
    const TABLE: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    // SAFETY: `lanes <= 8`, so the eight entries from `8 - lanes` on are in the table; the
    // caller guarantees the feature.
    unsafe { _mm256_loadu_si256(TABLE.as_ptr().add(8 - lanes).cast()) }
}

/// A mask of the first `lanes` of four 64-bit lanes.
///
/// # Safety
///
/// The processor must have AVX2, and `lanes` must be at most 4.
#[inline(always)]
unsafe fn mask_of_4(lanes: usize) -> __m256i {
    const TABLE: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];
    // SAFETY: `lanes <= 4`, so the four entries from `4 - lanes` on are in the table; the
    // caller guarantees the feature.
    unsafe { _mm256_loadu_si256(TABLE.as_ptr().add(4 - lanes).cast()) }
}
