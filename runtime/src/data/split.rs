//! Divides samples into a training set and held-out sets.

use std::collections::BTreeMap;

use super::error::Error;
use crate::network::input::Label;
use crate::rng::Rng;

/// Divides `samples` samples at random into parts, such as a training, a validation and a test set.
/// Returns the indices of each part, in random order.
///
/// Part `k` has `⌈fractions[k] · samples⌉` samples, and the first part has the remainder, as in
/// scikit-learn's `train_test_split`. The fractions must sum to 1.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::split;
///
/// let x: Vec<[f32; 1]> = (0..10).map(|i| [i as f32]).collect();
/// let [train, test] = split(x.len(), [0.75, 0.25], &mut Rng::seed(0))?
///     .map(|part| part.into_iter().map(|index| x[index]).collect::<Vec<_>>());
/// assert_eq!((train.len(), test.len()), (7, 3));
/// # Ok::<(), chainrule::data::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Fraction`] and [`Error::FractionSum`] for invalid fractions, [`Error::SmallPart`] if a
/// part has no samples.
pub fn split<const PARTS: usize>(
    samples: usize,
    fractions: [f64; PARTS],
    rng: &mut Rng,
) -> Result<[Vec<usize>; PARTS], Error> {
    let sizes = sizes(samples, fractions, 1)?;
    let mut order: Vec<usize> = (0..samples).collect();
    rng.shuffle(&mut order);
    let mut order = order.into_iter();
    Ok(sizes.map(|size| order.by_ref().take(size).collect()))
}

/// The variant of [`split`] in which each class is represented in each part in proportion, so that
/// small or uneven classes do not end up in one part by chance.
///
/// The parts have as many samples as those of [`split`]. A part of `m` samples out of the `n` that
/// are left has `m · c / n` of the `c` that are left of a class, rounded down or up: up for the
/// classes with the largest remainders, among equal ones at random. These are the counts of
/// scikit-learn's `StratifiedShuffleSplit`.
///
/// ```
/// use chainrule::Rng;
/// use chainrule::data::stratified_split;
///
/// // 80 samples of class 0, and 20 of class 1.
/// let t: Vec<u8> = (0..100).map(|i| u8::from(i % 5 == 0)).collect();
/// let [train, validation, test] = stratified_split(&t, [0.6, 0.2, 0.2], &mut Rng::seed(0))?;
/// let ones = |part: &[usize]| part.iter().filter(|&&index| t[index] == 1).count();
/// assert_eq!((train.len(), ones(&train)), (60, 12));
/// assert_eq!((validation.len(), ones(&validation)), (20, 4));
/// assert_eq!((test.len(), ones(&test)), (20, 4));
/// # Ok::<(), chainrule::data::Error>(())
/// ```
///
/// # Errors
///
/// As [`split`]. [`Error::RareClass`] if a class has fewer samples than there are parts,
/// [`Error::SmallPart`] if a part has fewer samples than there are classes.
pub fn stratified_split<'t, L: Label + 't, const PARTS: usize>(
    labels: impl IntoIterator<Item = &'t L>,
    fractions: [f64; PARTS],
    rng: &mut Rng,
) -> Result<[Vec<usize>; PARTS], Error> {
    let mut classes = BTreeMap::<i128, Vec<usize>>::new();
    let mut samples = 0;
    for label in labels {
        classes.entry(label.class()).or_default().push(samples);
        samples += 1;
    }
    let sizes = sizes(samples, fractions, classes.len())?;
    if let Some((&label, rare)) = classes.iter().find(|(_, class)| class.len() < PARTS) {
        return Err(Error::RareClass { label, expected: PARTS, found: rare.len() });
    }
    let mut classes: Vec<Vec<usize>> = classes.into_values().collect();
    classes.iter_mut().for_each(|class| rng.shuffle(class));
    Ok(sizes.map(|size| {
        let mut part = Vec::with_capacity(size);
        let shares = shares(&classes, size, rng);
        for (class, share) in classes.iter_mut().zip(shares) {
            part.extend(class.drain(class.len() - share..));
        }
        rng.shuffle(&mut part);
        part
    }))
}

/// The number of samples of each part; each has at least `least`.
fn sizes<const PARTS: usize>(
    samples: usize,
    fractions: [f64; PARTS],
    least: usize,
) -> Result<[usize; PARTS], Error> {
    let is_fraction = |fraction: f64| fraction > 0.0 && fraction <= 1.0;
    if let Some(part) = fractions.iter().position(|&fraction| !is_fraction(fraction)) {
        return Err(Error::Fraction { part, value: fractions[part] });
    }
    let sum: f64 = fractions.iter().sum();
    if (sum - 1.0).abs() > 1e-6 {
        return Err(Error::FractionSum { fractions: fractions.to_vec(), sum });
    }
    // `0.07 · 100` is a little more than 7.
    let rounded_up = |fraction: f64| (fraction * samples as f64 - 1e-9).ceil() as usize;
    let mut sizes = fractions.map(rounded_up);
    sizes[0] = samples.saturating_sub(sizes[1..].iter().sum());
    match sizes.iter().position(|&size| size < least.max(1)) {
        Some(part) => Err(Error::SmallPart { part, expected: least.max(1), found: sizes[part] }),
        None => Ok(sizes),
    }
}

/// How many of `size` samples each class contributes, in proportion to its number of samples. The
/// sum is `size`.
fn shares(classes: &[Vec<usize>], size: usize, rng: &mut Rng) -> Vec<usize> {
    let left: usize = classes.iter().map(Vec::len).sum();
    // `u128`, since products of two lengths may exceed 64 bits.
    let products = || classes.iter().map(|class| class.len() as u128 * size as u128);
    let mut shares: Vec<_> = products().map(|product| (product / left as u128) as usize).collect();
    let remainders: Vec<_> = products().map(|product| product % left as u128).collect();
    let mut order: Vec<_> = (0..classes.len()).collect();
    // The sort is stable: equal remainders stay in random order.
    rng.shuffle(&mut order);
    order.sort_by_key(|&class| core::cmp::Reverse(remainders[class]));
    let missing = size - shares.iter().sum::<usize>();
    order.iter().take(missing).for_each(|&class| shares[class] += 1);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of samples of each class in each part.
    fn counts<const PARTS: usize>(
        classes: &[usize],
        fractions: [f64; PARTS],
        seed: u64,
    ) -> [Vec<usize>; PARTS] {
        let labels: Vec<usize> =
            classes.iter().enumerate().flat_map(|(class, &len)| vec![class; len]).collect();
        let parts = stratified_split(&labels, fractions, &mut Rng::seed(seed)).unwrap();
        let mut all = parts.concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..labels.len()));
        parts.map(|part| {
            let of_class = |class| part.iter().filter(|&&index| labels[index] == class).count();
            (0..classes.len()).map(of_class).collect()
        })
    }

    // The expected counts are printed by
    //
    //     import numpy as np
    //     from sklearn.model_selection import train_test_split
    //     for sizes, test in ([59, 71, 48], .2), ([59, 71, 48], .25), ([3, 90, 11], .3):
    //         t = np.repeat(range(len(sizes)), sizes)
    //         print([np.bincount(p) for p in train_test_split(t, test_size=test, stratify=t)])
    #[test]
    fn counts_are_those_of_scikit_learn() {
        for seed in 0..5 {
            let check = |classes: &[usize], test: f64, expected: [&[usize]; 2]| {
                assert_eq!(counts(classes, [1.0 - test, test], seed), expected);
            };
            check(&[59, 71, 48], 0.2, [&[47, 57, 38], &[12, 14, 10]]);
            check(&[59, 71, 48], 0.25, [&[44, 53, 36], &[15, 18, 12]]);
            check(&[3, 90, 11], 0.3, [&[2, 62, 8], &[1, 28, 3]]);
        }
    }

    #[test]
    fn equal_remainders_are_rounded_at_random() {
        // Half of 7 and half of 5.
        let first = |seed| counts(&[7, 5], [0.5, 0.5], seed)[0].clone();
        let found: std::collections::BTreeSet<_> = (0..20).map(first).collect();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [[3, 3], [4, 2]]);
    }

    #[test]
    fn several_parts_have_their_share() {
        let parts = counts(&[59, 71, 48], [0.6, 0.2, 0.2], 0);
        assert_eq!(parts.each_ref().map(|part| part.iter().sum::<usize>()), [106, 36, 36]);
        for (part, size) in parts.iter().zip([106_u32, 36, 36]) {
            for (count, class) in part.iter().zip([59_u32, 71, 48]) {
                let exact = f64::from(class * size) / 178.0;
                assert!((*count as f64 - exact).abs() < 1.0, "{parts:?}");
            }
        }
        assert_eq!(counts(&[4, 3], [1.0], 0), [[4, 3]]);
    }

    #[test]
    fn a_split_has_every_sample_once_and_follows_from_its_seed() {
        let parts = |seed| split(10, [0.5, 0.2, 0.3], &mut Rng::seed(seed)).unwrap();
        let [first, second, third] = parts(1);
        assert_eq!([first.len(), second.len(), third.len()], [5, 2, 3]);
        let mut all = [first, second, third].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..10));
        assert_eq!(parts(1), parts(1));
        assert_ne!(parts(1), parts(2));
        // 0.07 · 100 is 7.000000000000001 in `f64`.
        assert_eq!(split(100, [0.93, 0.07], &mut Rng::seed(0)).unwrap()[1].len(), 7);
    }

    #[test]
    fn the_order_of_a_part_is_random() {
        let labels: Vec<u8> = [[0; 50], [1; 50]].concat();
        let [part] = stratified_split(&labels, [1.0], &mut Rng::seed(0)).unwrap();
        let ones = part[..50].iter().filter(|&&index| labels[index] == 1).count();
        // 25, with a standard deviation of 2.5.
        assert!(ones.abs_diff(25) < 12, "{ones}");
    }

    #[test]
    fn impossible_splits_are_errors() {
        let rng = &mut Rng::seed(0);
        let message = |error: Error| error.to_string();
        assert_eq!(
            message(split(10, [0.5, -0.5], rng).unwrap_err()),
            "expected a fraction above 0 and at most 1 for part 1, found -0.5"
        );
        assert!(matches!(split(10, [f64::NAN, 1.0], rng), Err(Error::Fraction { part: 0, .. })));
        assert_eq!(
            message(split(10, [0.5, 0.25], rng).unwrap_err()),
            "expected fractions that sum to 1, found [0.5, 0.25], whose sum is 0.75"
        );
        assert_eq!(
            message(split(2, [0.4, 0.3, 0.3], rng).unwrap_err()),
            "expected at least 1 sample in part 0 of the split, found 0; use more samples or a \
             larger fraction"
        );
        assert!(matches!(split(0, [1.0], rng), Err(Error::SmallPart { .. })));
        let few = stratified_split(&[0, 0, 0, 5], [0.5, 0.5], rng).unwrap_err();
        assert_eq!(
            message(few),
            "expected at least 2 samples with the label 5, one for each part, found 1"
        );
        let small = stratified_split(&[0, 1, 2, 0, 1, 2], [0.7, 0.3], rng).unwrap_err();
        assert!(matches!(small, Error::SmallPart { part: 1, expected: 3, found: 2 }));
        assert!(matches!(
            stratified_split::<u8, 1>(&[], [1.0], rng),
            Err(Error::SmallPart { expected: 1, found: 0, .. })
        ));
    }
}
