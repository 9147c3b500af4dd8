//! What is done to every number of a batch or of a network.
//!
//! The loops are plain; each is compiled for the registers of several
//! processors. None of them lets the compiler change the order of a sum, so that
//! all processors get the same result.

use super::threads::{all_pieces, in_pieces};
use crate::data::Brightness;
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

pub(super) use vectorised;

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

/// `w ← w - η (dw + λ w)`.
#[inline(never)]
pub(crate) fn descend<T: Scalar>(weights: &mut [T], gradients: &[T], rate: T, decay: T) {
    in_pieces(weights, gradients, &|weights, gradients| {
        descend_piece(weights, gradients, rate, decay);
    });
}

compiled_here!(fn(&mut [T], &[T], T, T) = descend::<T>);

vectorised! {
    fn descend_piece<T: Scalar>(weights: &mut [T], gradients: &[T], rate: T, decay: T) {
        for (w, &dw) in weights.iter_mut().zip(gradients) {
            *w -= rate * (dw + decay * *w);
        }
    }
}

vectorised! {
    /// The brightness of each pixel.
    fn brightnesses<T: Brightness>(pixels: &[u8], values: &mut [T]) {
        for (value, &pixel) in values.iter_mut().zip(pixels) {
            *value = T::of(pixel);
        }
    }
}

/// Whether all numbers are finite.
#[inline(never)]
pub(crate) fn are_finite<T: Scalar>(values: &[T]) -> bool {
    all_pieces(values, &are_finite_piece)
}

vectorised! {
    /// Without an early exit, so that many numbers are looked at in each step.
    fn are_finite_piece<T: Scalar>(values: &[T]) -> bool {
        let is_finite = |values: &[T]| values.iter().fold(true, |all, x| all & x.is_finite());
        let (chunks, rest) = values.as_chunks::<64>();
        chunks.iter().all(|chunk| is_finite(chunk)) && is_finite(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_finite_is_found_in_any_piece() {
        let mut values = vec![1e30_f32; 700_001];
        assert!(are_finite(&values));
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for place in [0, 349_999, 350_000, 500_000, 700_000] {
                let good = std::mem::replace(&mut values[place], bad);
                assert!(!are_finite(&values), "{bad} at {place}");
                values[place] = good;
            }
        }
    }

    #[test]
    fn a_descent_in_pieces_is_a_descent() {
        let numbers = |factor: f32| (0..700_001).map(move |at| factor * (at % 1013) as f32);
        let (mut weights, gradients) = (numbers(0.5).collect::<Vec<_>>(), numbers(0.3));
        descend(&mut weights, &gradients.clone().collect::<Vec<_>>(), 0.1, 0.25);
        for ((w, before), dw) in weights.iter().zip(numbers(0.5)).zip(gradients) {
            assert_eq!(*w, before - 0.1 * (dw + 0.25 * before));
        }
    }
}
