//! What is done to every number of a batch or of a network.
//!
//! The loops are plain; each is compiled for the registers of several
//! processors. None of them lets the compiler change the order of a sum, so that
//! all processors get the same result.

use crate::scalar::{Scalar, compiled_here};

/// Compiles a function for the processors whose registers are worth it, and
/// calls the form that this processor can run.
macro_rules! vectorised {
    ($(#[$attribute:meta])*
     fn $name:ident<T: $bound:path>($($argument:ident: $type:ty),*) $(-> $result:ty)? $body:block) => {
        $(#[$attribute])*
        #[inline(never)]
        pub(crate) fn $name<T: $bound>($($argument: $type),*) $(-> $result)? {
            #[inline(always)]
            fn portable<T: $bound>($($argument: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f")]
                fn avx512<T: $bound>($($argument: $type),*) $(-> $result)? {
                    portable($($argument),*)
                }
                #[target_feature(enable = "avx2")]
                fn avx2<T: $bound>($($argument: $type),*) $(-> $result)? {
                    portable($($argument),*)
                }
                if is_x86_feature_detected!("avx512f") {
                    // SAFETY: the feature was just detected.
                    return unsafe { avx512($($argument),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the feature was just detected.
                    return unsafe { avx2($($argument),*) };
                }
            }
            portable($($argument),*)
        }

        compiled_here!(fn($($type),*) $(-> $result)? = $name::<T>);
    };
}

vectorised! {
    /// `sums = Σ rows`, the sum of a row-by-row matrix over its rows.
    fn add_rows<T: Scalar>(rows: &[T], sums: &mut [T]) {
        sums.fill(T::zero());
        for row in rows.chunks_exact(sums.len()) {
            for (sum, &value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
    }
}

vectorised! {
    /// Replaces each `x` by `eˣ`.
    fn exponentials<T: Scalar>(values: &mut [T]) {
        for x in values {
            *x = x.exponential();
        }
    }
}

vectorised! {
    /// `w ← w - η (dw + λ w)`.
    fn descend<T: Scalar>(weights: &mut [T], gradients: &[T], rate: T, decay: T) {
        for (w, &dw) in weights.iter_mut().zip(gradients) {
            *w -= rate * (dw + decay * *w);
        }
    }
}

vectorised! {
    /// Whether all numbers are finite: only then are all of them 0 times 0. Sums
    /// in several lanes without an early exit are what the processor is quick at.
    fn are_finite<T: Scalar>(values: &[T]) -> bool {
        let mut sums = [T::zero(); 64];
        let (chunks, rest) = values.as_chunks::<64>();
        for chunk in chunks {
            for (sum, &value) in sums.iter_mut().zip(chunk) {
                *sum += value * T::zero();
            }
        }
        sums.iter().all(|&sum| sum == T::zero()) && rest.iter().all(|value| value.is_finite())
    }
}
