//! A vectorizable exponential function.

/// `eˣ` for a single-precision number. The error is at most 2 units in the last place of a normal
/// result, and one subnormal for a smaller one. Returns 0 below -104, infinity above 88.73, and NaN
/// for NaN.
///
/// Computes `eˣ = 2ⁿ · eʳ` where `n = round(x / ln 2)`, so that `|r| ≤ ln 2 / 2`, with a polynomial
/// for `eʳ`. `ln 2` is subtracted in two parts. The first part has so few digits that its product
/// with `n` is exact. There are no branches, so the compiler can vectorize the function.
#[inline(always)]
pub(super) fn exponential(x: f32) -> f32 {
    // Adding this constant leaves no bits for a fraction: the sum is rounded to an integer, which
    // is in its last bits.
    const ROUNDING: f32 = 12_582_912.0; // 1.5 · 2²³
    const LN_2_HIGH: f32 = 0.693_359_4; // 355 / 512
    const LN_2_LOW: f32 = -2.121_944_4e-4;

    // Numbers beyond this bound overflow or vanish in any case. NaN stays NaN.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -105.0 { -105.0 } else { x };
    let shifted = x * core::f32::consts::LOG2_E + ROUNDING;
    let n = shifted - ROUNDING;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;

    // eʳ = 1 + r + r² p(r), p as in the Cephes library (Moshier).
    let mut p = 1.987_569_1e-4;
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        p = p * r + coefficient;
    }
    let power = p * (r * r) + r + 1.0;

    // 2ⁿ as two factors, since 2ⁿ itself may be subnormal or infinite.
    let n = shifted.to_bits().wrapping_sub(ROUNDING.to_bits()).cast_signed();
    let half = n >> 1;
    // Wrapping, because the overflow check of a debug build is a branch.
    power * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// `2ⁿ` for `-127 < n < 128`.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) << 23).cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::exponentials;

    /// The error of `eˣ` as computed, in units in the last place of a normal number, or in
    /// subnormals.
    fn error_in_units(x: f32) -> f64 {
        let want = f64::from(x).exp();
        let exponent = want.log2().floor().max(-126.0);
        (f64::from(exponential(x)) - want).abs() / (exponent - 23.0).exp2()
    }

    #[test]
    fn it_is_right_to_two_units_on_the_whole_range() {
        let mut largest: f64 = 0.0;
        for step in 0..4_000_000 {
            // -104 to 88.7, and small numbers of both signs.
            let x = -104.0 + (192.7 / 4e6) * step as f32;
            for x in [x, x * 1e-3, x * 1e-9] {
                largest = largest.max(error_in_units(x));
            }
        }
        assert!(largest <= 2.0, "{largest} units in the last place");
    }

    #[test]
    fn ends_of_the_range_and_exact_values() {
        for (x, want) in [
            (0.0, 1.0),
            (-0.0, 1.0),
            (89.0, f32::INFINITY),
            (f32::MAX, f32::INFINITY),
            (f32::INFINITY, f32::INFINITY),
            (-105.0, 0.0),
            (f32::MIN, 0.0),
            (f32::NEG_INFINITY, 0.0),
            (f32::MIN_POSITIVE, 1.0),
        ] {
            assert_eq!(exponential(x), want, "e to the {x}");
        }
        assert!(exponential(f32::NAN).is_nan());
        assert!(exponential(88.72).is_finite());
    }

    #[test]
    fn many_at_once_are_the_same_to_the_bit() {
        let numbers: Vec<f32> = (0..1003).map(|i| -110.0 + 0.2 * i as f32).collect();
        for count in [0, 1, 7, 15, 16, 17, 33, 1003] {
            let mut values = numbers[..count].to_vec();
            exponentials(&mut values);
            for (&x, y) in numbers.iter().zip(values) {
                assert_eq!(y.to_bits(), exponential(x).to_bits(), "e to the {x}");
            }
        }
    }

    #[test]
    fn double_precision_is_that_of_the_standard_library() {
        let mut values = [0.5_f64, -700.0, f64::NEG_INFINITY];
        exponentials(&mut values);
        assert_eq!(values, [0.5_f64.exp(), f64::exp(-700.0), 0.0]);
    }
}
