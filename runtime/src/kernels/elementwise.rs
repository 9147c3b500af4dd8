//! Elementwise kernels for batches and networks.
//!
//! The loops are scalar code, each compiled for the SIMD registers of several processors. The
//! compiler cannot reorder any sum, so all processors compute the same result.

use super::gemm::epilogue::Step;
use super::threads::{all_pieces, in_pieces};
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

/// Compiles a function for each instruction set that pays off, and calls the best variant for this
/// processor.
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
                use $crate::kernels::simd::processor::Processor;
                match Processor::detect() {
                    // SAFETY: the processor has the feature.
                    Processor::Avx512 => return unsafe { avx512($($argument),*) },
                    // SAFETY: as above.
                    Processor::Avx2 => return unsafe { avx2($($argument),*) },
                    Processor::Portable => {}
                }
            }
            portable($($argument),*)
        }

        instantiate!(fn($($type),*) $(-> $result)? = $name::<T>);
    };
}

pub(crate) use vectorised;

vectorised! {
    /// Replaces each `x` by `eˣ`.
    fn exponentials<T: Scalar>(values: &mut [T]) {
        for x in values {
            *x = x.exponential();
        }
    }
}

/// An SGD update, `w ← w - η (dw + λ w)`.
#[inline(never)]
pub(crate) fn descend<T: Scalar>(weights: &mut [T], gradients: &[T], step: Step<T>) {
    in_pieces(weights, [gradients], &|weights, [gradients]| {
        descend_piece(weights, gradients, step);
    });
}

instantiate!(fn(&mut [T], &[T], Step<T>) = descend::<T>);

vectorised! {
    /// Replaces each `x ≤ 0` by 0. NaN stays NaN.
    fn relu<T: Scalar>(values: &mut [T]) {
        for x in values {
            *x = if *x <= T::zero() { T::zero() } else { *x };
        }
    }
}

vectorised! {
    /// Replaces each number whose corresponding `y` is `≤ 0` by 0.
    fn relu_where<T: Scalar>(output: &[T], dout: &mut [T]) {
        for (d, &y) in dout.iter_mut().zip(output) {
            *d = if y <= T::zero() { T::zero() } else { *d };
        }
    }
}

vectorised! {
    /// Replaces each `x` by `1 / (1 + e⁻ˣ)`.
    fn sigmoids<T: Scalar>(values: &mut [T]) {
        for x in values {
            let exponential = (-x.abs()).exponential();
            let numerator = if *x < T::zero() { exponential } else { T::one() };
            *x = numerator / (T::one() + exponential);
        }
    }
}

vectorised! {
    /// Replaces each `x` by `tanh x`.
    fn hyperbolic_tangents<T: Scalar>(values: &mut [T]) {
        for x in values {
            *x = x.tangent();
        }
    }
}

vectorised! {
    fn descend_piece<T: Scalar>(weights: &mut [T], gradients: &[T], step: Step<T>) {
        for (w, &dw) in weights.iter_mut().zip(gradients) {
            *w = step.taken(*w, dw);
        }
    }
}

vectorised! {
    /// `w ← w + τ (o - w)`, for each number `o` of the other slice. The form for a large `τ` is exact
    /// for 1, as that for a small one is for 0.
    fn blend<T: Scalar>(numbers: &mut [T], others: &[T], tau: f64) {
        let (taken, kept) = (T::from_f64(tau), T::from_f64(1.0 - tau));
        for (w, &other) in numbers.iter_mut().zip(others) {
            let way = other - *w;
            *w = if tau < 0.5 { *w + taken * way } else { other - kept * way };
        }
    }
}

/// Whether all numbers are finite.
pub(crate) fn are_finite<T: Scalar>(values: &[T]) -> bool {
    are_finite_times(values, T::one())
}

/// Whether all numbers times `factor` are finite.
#[inline(never)]
pub(crate) fn are_finite_times<T: Scalar>(values: &[T], factor: T) -> bool {
    all_pieces(values, &|values| are_finite_piece(values, factor))
}

instantiate!(fn(&[T], T) -> bool = are_finite_times::<T>);

vectorised! {
    /// `0·x` is 0 for a finite number and otherwise NaN, which sums propagate. This takes half the
    /// time of comparisons.
    fn are_finite_piece<T: Scalar>(values: &[T], factor: T) -> bool {
        let is_finite =
            |values: &[T]| values.iter().fold(true, |all, &x| all & (x * factor).is_finite());
        let (chunks, rest) = values.as_chunks::<64>();
        if chunks.is_empty() {
            return is_finite(rest);
        }
        let mut sums = [T::zero(); 64];
        for chunk in chunks {
            for (sum, &x) in sums.iter_mut().zip(chunk) {
                *sum += x * factor * T::zero();
            }
        }
        is_finite(&sums) & is_finite(rest)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::simd::processor::tests::on_each;
    use super::*;

    /// This many numbers of both signs, some of them large.
    pub(crate) fn numbers<T: Scalar>(count: usize) -> Vec<T> {
        let mut rng = crate::rng::Rng::seed(count as u64);
        (0..count).map(|at| T::from_f64(rng.normal() * [1.0, 30.0][at % 2])).collect()
    }

    /// The bits of each number, extended to `f64`, which is exact.
    fn bits<T: Scalar>(values: &[T]) -> Vec<u64> {
        values.iter().map(|value| value.as_f64().to_bits()).collect()
    }

    /// Compares every kernel on every processor with its formula. The slices have all lengths near
    /// those of registers, and start at any alignment.
    fn assert_as_the_formulas<T: Scalar>() {
        for length in 0..=130 {
            for skipped in [0, 1, 3] {
                let (a, b) = (numbers::<T>(length + 3), numbers::<T>(2 * length + 3));
                let (a, b) = (&a[skipped..][..length], &b[skipped..][..length]);
                let (rate, decay) = (T::from_f64(0.1), T::from_f64(0.3));
                let step = Step { rate, decay };
                on_each(|processor| {
                    let is = |got: &[T], want: &dyn Fn(usize) -> T, what: &str| {
                        let want: Vec<T> = (0..length).map(want).collect();
                        assert_eq!(bits(got), bits(&want), "{what}, {processor:?}, {length}");
                    };
                    let mut scratch = vec![T::zero(); length + 3];

                    let out = &mut scratch[skipped..][..length];
                    out.copy_from_slice(a);
                    exponentials(out);
                    is(out, &|at| a[at].exponential(), "exponentials");

                    out.copy_from_slice(a);
                    sigmoids(out);
                    let sigmoid = |x: T| {
                        let exponential = (-x.abs()).exponential();
                        let numerator = if x < T::zero() { exponential } else { T::one() };
                        numerator / (T::one() + exponential)
                    };
                    is(out, &|at| sigmoid(a[at]), "sigmoids");

                    out.copy_from_slice(a);
                    relu(out);
                    is(out, &|at| a[at].max(T::zero()), "rectify");

                    out.copy_from_slice(a);
                    relu_where(&b[..length], out);
                    let passed = |at: usize| if b[at] > T::zero() { a[at] } else { T::zero() };
                    is(out, &passed, "rectify_where");

                    out.copy_from_slice(a);
                    descend(out, b, step);
                    is(out, &|at| a[at] - rate * (b[at] + decay * a[at]), "descend");

                    out.copy_from_slice(a);
                    assert!(are_finite(out), "{processor:?}, {length}");
                    let largest = out.iter().fold(T::one(), |most, x| most.max(x.abs()));
                    let factor = T::max_value() / largest;
                    assert!(are_finite_times(out, factor * T::from_f64(0.99)));
                    let twice = T::from_f64(2.0);
                    let is_any_large = out.iter().any(|x| !(*x * (factor * twice)).is_finite());
                    assert_eq!(!are_finite_times(out, factor * twice), is_any_large);
                    for at in 0..length {
                        for bad in [T::nan(), T::infinity(), T::neg_infinity()] {
                            out[at] = bad;
                            assert!(!are_finite(out), "{bad} at {at} of {length}, {processor:?}");
                        }
                        out[at] = a[at];
                    }
                });
            }
        }
    }

    #[test]
    fn kernels_are_their_formulas_in_single_precision() {
        assert_as_the_formulas::<f32>();
    }

    #[test]
    fn kernels_are_their_formulas_in_double_precision() {
        assert_as_the_formulas::<f64>();
    }

    #[test]
    fn a_number_that_is_not_finite_is_found_in_any_piece() {
        let mut values = vec![1e30_f32; 1_400_001];
        assert!(are_finite(&values));
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for place in [0, 699_999, 700_000, 1_000_000, 1_400_000] {
                let good = core::mem::replace(&mut values[place], bad);
                assert!(!are_finite(&values), "{bad} at {place}");
                values[place] = good;
            }
        }
    }

    #[test]
    fn a_descent_in_pieces_is_a_descent() {
        let numbers = |factor: f32| (0..1_400_001).map(move |at| factor * (at % 1013) as f32);
        let (mut weights, gradients) = (numbers(0.5).collect::<Vec<_>>(), numbers(0.3));
        let step = Step { rate: 0.1, decay: 0.25 };
        descend(&mut weights, &gradients.clone().collect::<Vec<_>>(), step);
        for ((w, before), dw) in weights.iter().zip(numbers(0.5)).zip(gradients) {
            assert_eq!(*w, before - 0.1 * (dw + 0.25 * before));
        }
    }
}
