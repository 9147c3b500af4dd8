//! The standard normal distribution.

use core::f64::consts::FRAC_1_SQRT_2;

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::exponential::exponential;

/// `1 / √(2π)`.
const DENSITY_AT_0: f64 = 0.398_942_280_401_432_7;

/// The cumulative distribution function and the density of the standard normal distribution at `x`:
/// `Φ(x) = erfc(-x/√2) / 2` and `φ(x) = exp(-x²/2) / √(2π)`. NaN for NaN.
pub(super) fn normal_f64(x: f64) -> (f64, f64) {
    (0.5 * libm::erfc(-x * FRAC_1_SQRT_2), DENSITY_AT_0 * (-0.5 * x * x).exp())
}

/// The variant of [`normal_f64`] for `f32`. The error of `Φ` is at most 8 units in the last place,
/// that of `φ` at most 4, for results that are normal numbers.
///
/// For `a ≥ 0`, `Φ(-a) = exp(-a²/2) t p(t)` with `t = 1 / (1 + 0.3 a)`, where `p` is a polynomial.
/// It was fitted for `0 ≤ a ≤ 14.5`, beyond which `Φ` vanishes in single precision. Its relative
/// error is 3.5e-9. There are no branches, so the compiler can vectorize the function.
#[inline(always)]
pub(super) fn normal_f32(x: f32) -> (f32, f32) {
    let a = x.abs();
    // Beyond this bound both results are 0. It avoids differences of infinities. NaN stays NaN.
    let a = if a > 20.0 { 20.0 } else { a };
    // a² as the square of the upper half of its digits, which is exact, and a small correction.
    // Rounding a² itself would cause a relative error of the result as large as the absolute error
    // of a²/2.
    let high = f32::from_bits(a.to_bits() & 0xffff_f000);
    let rest = (a - high) * (a + high);
    let power = exponential(-0.5 * high * high) * exponential_near_0(-0.5 * rest);

    let t = 1.0 / (1.0 + 0.3 * a);
    let mut p = -2.062_347e-2;
    for coefficient in [
        1.124_356_1e-1,
        -2.282_136e-1,
        1.917_845_4e-1,
        -7.942_35e-2,
        9.615_683_4e-2,
        7.838_965e-2,
        1.102_354_2e-1,
        1.195_718_1e-1,
        1.196_866_9e-1,
    ] {
        p = p * t + coefficient;
    }
    let tail = power * (t * p);
    let below = if x > 0.0 { 1.0 - tail } else { tail };
    (below, DENSITY_AT_0 as f32 * power)
}

/// `eˣ` for `-0.1 < x ≤ 0`, to a relative error of 2e-9 before rounding.
#[inline(always)]
fn exponential_near_0(x: f32) -> f32 {
    let mut p = 1.0 / 120.0;
    for coefficient in [1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        p = p * x + coefficient;
    }
    p
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The difference between `got` and `want`, in units in the last place of a normal number, or
    /// in subnormals.
    fn error_in_units(got: f32, want: f64) -> f64 {
        let exponent = want.log2().floor().max(-126.0);
        (f64::from(got) - want).abs() / (exponent - 23.0).exp2()
    }

    #[test]
    fn single_precision_is_right_to_some_units_on_the_whole_range() {
        let (mut below, mut density): (f64, f64) = (0.0, 0.0);
        for step in -1_500_000..1_500_000 {
            let x = 1e-5 * step as f32;
            for x in [x, 1e-3 * x] {
                let (got, want) = (normal_f32(x), normal_f64(f64::from(x)));
                below = below.max(error_in_units(got.0, want.0));
                density = density.max(error_in_units(got.1, want.1));
            }
        }
        assert!(below <= 8.0, "{below} units in the last place");
        assert!(density <= 4.0, "{density} units in the last place");
    }

    #[test]
    fn double_precision_at_some_places() {
        //     import mpmath as mp; mp.mp.dps = 40
        //     [(x, float(mp.ncdf(x)), float(mp.npdf(x))) for x in (-30, -1, 0, 2)]
        for (x, below, density) in [
            (-30.0, 4.906713927148187e-198, 1.4736461348785476e-196),
            (-1.0, 0.15865525393145705, 0.24197072451914334),
            (0.0, 0.5, 0.3989422804014327),
            (2.0, 0.9772498680518208, 0.05399096651318805),
        ] {
            let (got, at) = normal_f64(x);
            assert!((got - below).abs() <= 1e-13 * below, "{got} for {below}");
            assert!((at - density).abs() <= 1e-13 * density, "{at} for {density}");
        }
    }

    #[test]
    fn ends_of_the_range() {
        for x in [-15.0, -20.0, -1e4, f32::MIN, f32::NEG_INFINITY] {
            assert_eq!((normal_f32(x), normal_f32(-x)), ((0.0, 0.0), (1.0, 0.0)));
        }
        for x in [-40.0, -1e4, f64::MIN, f64::NEG_INFINITY] {
            assert_eq!((normal_f64(x), normal_f64(-x)), ((0.0, 0.0), (1.0, 0.0)));
        }
        assert!(normal_f32(f32::NAN).0.is_nan() && normal_f32(f32::NAN).1.is_nan());
        assert!(normal_f64(f64::NAN).0.is_nan() && normal_f64(f64::NAN).1.is_nan());
        assert_eq!(normal_f64(0.0).0, 0.5);
        assert_eq!(normal_f32(-0.0), normal_f32(0.0));
    }
}
