//! The peak speed of the processor.

use std::time::Instant;

/// Enough accumulators to keep both multiply-add units of a core busy.
const SUMS: usize = 16;
const STEPS: usize = 2_000_000;

/// Multiply-adds of one thread in registers, in GFLOP/s: the best of nine runs. A
/// multiply-add counts as two operations. `None` without AVX-512 and AVX2.
pub(crate) fn gigaflops() -> Option<f64> {
    (0..9).map(|_| once()).try_fold(0.0, |best, this| Some(f64::max(best, this?)))
}

fn once() -> Option<f64> {
    let start = Instant::now();
    let lanes = multiply_adds()?;
    Some((2 * lanes * SUMS * STEPS) as f64 / start.elapsed().as_secs_f64() / 1e9)
}

/// Runs the steps with the longest registers. Returns the numbers per register.
#[cfg(target_arch = "x86_64")]
fn multiply_adds() -> Option<usize> {
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the feature was just detected.
        unsafe { avx512() };
        Some(16)
    } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the features were just detected.
        unsafe { avx2() };
        Some(8)
    } else {
        None
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn multiply_adds() -> Option<usize> {
    None
}

/// The loop with the registers of `$feature`.
macro_rules! form {
    ($name:ident, $feature:literal, $splat:ident, $multiply_add:ident) => {
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = $feature)]
        fn $name() {
            use std::arch::x86_64::{$multiply_add, $splat};
            use std::hint::black_box;

            let (factor, summand) = ($splat(black_box(0.999)), $splat(black_box(0.001)));
            let mut sums = [$splat(1.0); SUMS];
            for _ in 0..STEPS {
                for sum in &mut sums {
                    *sum = $multiply_add(*sum, factor, summand);
                }
            }
            black_box(sums);
        }
    };
}

form!(avx512, "avx512f", _mm512_set1_ps, _mm512_fmadd_ps);
form!(avx2, "avx2,fma", _mm256_set1_ps, _mm256_fmadd_ps);
