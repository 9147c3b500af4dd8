//! Drawing from scores: what a language model writes next.
//!
//! Plain functions on one row of scores, as `predict` returns them. Those that limit the choice change
//! the row: a score of `-∞` is never drawn. None of them allocates.
//!
//! ```
//! use chainrule::{Rng, sampling};
//!
//! let mut scores = [2.0_f32, 1.0, 0.5, -3.0];
//! sampling::temperature(&mut scores, 0.8);
//! sampling::top_k(&mut scores, 3);
//! sampling::top_p(&mut scores, 0.9);
//! let index = sampling::draw(&scores, &mut Rng::seed(0));
//! assert!(index < 3);
//! ```

use crate::kernels::scalar::Scalar;
use crate::losses::argmax;
use crate::rng::Rng;

/// Divides the scores by `temperature`: below 1 likely indices become more likely. At 0, or if its
/// quotient is too large for `T`, only the largest score is left, the first of equal ones.
///
/// # Panics
///
/// If `temperature` is negative or not finite.
pub fn temperature<T: Scalar>(scores: &mut [T], temperature: f64) {
    assert!(
        temperature >= 0.0 && temperature.is_finite(),
        "expected a temperature of at least 0, found {temperature}"
    );
    let largest = argmax(scores.iter().copied());
    let overflows =
        |score: &T| score.is_finite() && !T::from_f64(score.as_f64() / temperature).is_finite();
    // Of smaller scores, a quotient of -∞ is right: they are not drawn.
    if temperature == 0.0 || scores.get(largest).is_some_and(overflows) {
        let others = scores.iter_mut().enumerate().filter(|(at, _)| *at != largest);
        others.for_each(|(_, score)| *score = T::neg_infinity());
        return;
    }
    for score in scores {
        *score = T::from_f64(score.as_f64() / temperature);
    }
}

/// Leaves the `k` largest scores, and those equal to the smallest of them.
///
/// # Panics
///
/// If `k` is 0.
pub fn top_k<T: Scalar>(scores: &mut [T], k: usize) {
    assert!(k > 0, "expected a number of scores of at least 1, found 0");
    let mut left = 0;
    leave(scores, |_, count| {
        left += count;
        left >= k
    });
}

/// Leaves the largest scores whose probabilities, after a softmax, sum to at least `p`, as few as
/// possible, and those equal to the smallest of them (Holtzman et al., 2020).
///
/// # Panics
///
/// If `p` is not above 0 and at most 1.
pub fn top_p<T: Scalar>(scores: &mut [T], p: f64) {
    assert!(p > 0.0 && p <= 1.0, "expected a probability above 0 and at most 1, found {p}");
    let largest = largest_below(scores, None).map_or(0.0, |(largest, _)| largest.as_f64());
    let total: f64 = scores.iter().map(|score| (score.as_f64() - largest).exp()).sum();
    let mut left = 0.0;
    leave(scores, |score, count| {
        left += count as f64 * (score.as_f64() - largest).exp();
        left >= p * total
    });
}

/// Leaves the largest scores, until `is_enough` of a score and the number of scores equal to it.
fn leave<T: Scalar>(scores: &mut [T], mut is_enough: impl FnMut(T, usize) -> bool) {
    let mut bound = None;
    while let Some((score, count)) = largest_below(scores, bound) {
        bound = Some(score);
        if is_enough(score, count) {
            break;
        }
    }
    let Some(bound) = bound else { return };
    for score in scores.iter_mut().filter(|score| **score < bound) {
        *score = T::neg_infinity();
    }
}

/// The largest finite score below a bound, and how often it occurs.
fn largest_below<T: Scalar>(scores: &[T], bound: Option<T>) -> Option<(T, usize)> {
    let mut largest: Option<(T, usize)> = None;
    for &score in scores {
        if !score.is_finite() || bound.is_some_and(|bound| score >= bound) {
            continue;
        }
        largest = match largest {
            Some((most, count)) if score == most => Some((most, count + 1)),
            Some((most, count)) if score < most => Some((most, count)),
            _ => Some((score, 1)),
        };
    }
    largest
}

/// Draws an index with the probabilities that a softmax derives from the scores.
///
/// # Panics
///
/// If no score is finite, or if a score is NaN or `∞`.
pub fn draw<T: Scalar>(scores: &[T], rng: &mut Rng) -> usize {
    let is_score = |score: &T| score.is_finite() || *score == T::neg_infinity();
    assert!(scores.iter().all(is_score), "expected scores that are finite, or -∞");
    let (largest, _) = largest_below(scores, None).expect("a finite score to draw from");
    let weight = |score: &T| (score.as_f64() - largest.as_f64()).exp();
    let mut rest = rng.uniform() * scores.iter().map(weight).sum::<f64>();
    let mut drawn = 0;
    for (index, score) in scores.iter().enumerate() {
        let weight = weight(score);
        if weight > 0.0 {
            drawn = index;
            rest -= weight;
            if rest < 0.0 {
                break;
            }
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: f64 = f64::NEG_INFINITY;

    #[test]
    fn a_temperature_divides() {
        let mut scores = [1.0, 3.0, 3.0, -2.0];
        temperature(&mut scores, 0.5);
        assert_eq!(scores, [2.0, 6.0, 6.0, -4.0]);
        temperature(&mut scores, 0.0);
        assert_eq!(scores, [NEVER, 6.0, NEVER, NEVER]);
        for (mut scores, left) in [([1.0, 2.0], [NEVER, 2.0]), ([-2.0, -1.0], [NEVER, -1.0])] {
            temperature(&mut scores, f64::MIN_POSITIVE / 8.0);
            assert_eq!(scores, left, "the quotient overflows");
        }
        let mut scores = [1.0, -1e300];
        temperature(&mut scores, 1e-100);
        assert_eq!(scores, [1e100, NEVER]);
    }

    #[test]
    fn the_largest_are_left() {
        let mut scores = [1.0, 3.0, 2.0, 3.0, 2.0];
        top_k(&mut scores, 9);
        assert_eq!(scores, [1.0, 3.0, 2.0, 3.0, 2.0]);
        top_k(&mut scores, 3);
        assert_eq!(scores, [NEVER, 3.0, 2.0, 3.0, 2.0], "equal scores are left together");
        top_k(&mut scores, 1);
        assert_eq!(scores, [NEVER, 3.0, NEVER, 3.0, NEVER]);
    }

    #[test]
    fn the_most_probable_are_left() {
        let probabilities = [0.1_f64, 0.5, 0.15, 0.25];
        let left = |p: f64| {
            let mut scores = probabilities.map(f64::ln);
            top_p(&mut scores, p);
            scores.map(|score| score > NEVER)
        };
        assert_eq!(left(0.3), [false, true, false, false]);
        assert_eq!(left(0.49), [false, true, false, false]);
        assert_eq!(left(0.6), [false, true, false, true]);
        assert_eq!(left(0.89), [false, true, true, true]);
        assert_eq!(left(1.0), [true, true, true, true]);
    }

    #[test]
    fn draws_follow_the_probabilities() {
        let probabilities = [0.1_f64, 0.5, 0.0, 0.4];
        let scores = probabilities.map(|p| p.ln() + 700.0);
        let (mut rng, mut counts, draws) = (Rng::seed(1), [0; 4], 100_000);
        for _ in 0..draws {
            counts[draw(&scores, &mut rng)] += 1;
        }
        for (count, p) in counts.into_iter().zip(probabilities) {
            let (count, expected): (f64, f64) = (f64::from(count), p * f64::from(draws));
            assert!((count - expected).abs() <= 5.0 * (expected * (1.0 - p)).sqrt(), "{counts:?}");
        }
    }
}
