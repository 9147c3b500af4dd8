//! A vectorizable hyperbolic tangent.

use super::exponential::exponential;

/// `tanh x` for a single-precision number. The error is at most 2 units in the last place. NaN stays
/// NaN.
///
/// Near 0 it is a polynomial, `x + x³ p(x²)`, as in the Cephes library (Moshier). Beyond, it is
/// `1 - 2 / (e²ˣ + 1)`, where the difference loses no digits. Both are computed, without branches, so
/// the compiler can vectorize the function.
#[inline(always)]
pub(super) fn tangent(x: f32) -> f32 {
    const NEAR: f32 = 0.625;
    let square = x * x;
    let mut p = -5.704_988_7e-3;
    for coefficient in [2.063_908_9e-2, -5.373_971_6e-2, 1.333_144_2e-1, -3.333_328_2e-1] {
        p = p * square + coefficient;
    }
    let near = p * square * x + x;
    let far = 1.0 - 2.0 / (exponential(2.0 * x.abs()) + 1.0);
    if x.abs() < NEAR { near } else { far.copysign(x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error of `tanh x` as computed, in units in the last place.
    fn error_in_units(x: f32) -> f64 {
        let want = f64::from(x).tanh();
        let exponent = want.abs().log2().floor().max(-126.0);
        (f64::from(tangent(x)) - want).abs() / (exponent - 23.0).exp2()
    }

    #[test]
    fn it_is_right_to_two_units_on_the_whole_range() {
        let mut largest: f64 = 0.0;
        for step in 1..2_000_000 {
            let x = 1e-5 * step as f32;
            for x in [x, -x, x * 0.05, x * 1e-9] {
                largest = largest.max(error_in_units(x));
            }
        }
        assert!(largest <= 2.0, "{largest} units in the last place");
    }

    #[test]
    fn ends_of_the_range_and_exact_values() {
        for (x, want) in [
            (0.0, 0.0),
            (100.0, 1.0),
            (f32::MAX, 1.0),
            (f32::INFINITY, 1.0),
            (f32::NEG_INFINITY, -1.0),
            (1e-30, 1e-30),
        ] {
            assert_eq!(tangent(x), want, "tanh of {x}");
            assert_eq!(tangent(-x), -want, "tanh of -{x}");
        }
        assert!(tangent(f32::NAN).is_nan());
    }
}
