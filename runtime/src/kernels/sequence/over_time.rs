//! Positions of steps, and one row of features from the rows of all steps.

// In `core`, numbers do not have these functions.
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

/// The mean over the steps of each sample.
#[inline(never)]
pub(crate) fn mean_of_steps<T: Scalar>(
    input: &[T],
    output: &mut [T],
    steps: usize,
    features: usize,
) {
    let scale = T::from_f64(1.0 / steps as f64);
    let samples = input.chunks_exact(steps * features);
    for (sample, mean) in samples.zip(output.chunks_exact_mut(features)) {
        mean.fill(T::zero());
        for step in sample.chunks_exact(features) {
            for (mean, &x) in mean.iter_mut().zip(step) {
                *mean += x;
            }
        }
        for mean in mean {
            *mean *= scale;
        }
    }
}

/// The derivatives of the mean over the steps.
#[inline(never)]
pub(crate) fn mean_of_steps_back<T: Scalar>(
    dout: &[T],
    dinput: &mut [T],
    steps: usize,
    features: usize,
) {
    let scale = T::from_f64(1.0 / steps as f64);
    let samples = dinput.chunks_exact_mut(steps * features);
    for (sample, dout) in samples.zip(dout.chunks_exact(features)) {
        for step in sample.chunks_exact_mut(features) {
            for (dx, &dy) in step.iter_mut().zip(dout) {
                *dx = dy * scale;
            }
        }
    }
}

/// The largest number over the steps of each sample, of each feature. Calls `found` with the place of
/// each largest number in the input and in the output; the first of equal ones.
pub(crate) fn largest_steps<T: Scalar>(
    input: &[T],
    steps: usize,
    features: usize,
    mut found: impl FnMut(usize, usize),
) {
    let samples = input.len() / (steps * features);
    for sample in 0..samples {
        for feature in 0..features {
            let place = |step: usize| (sample * steps + step) * features + feature;
            let mut largest = place(0);
            for step in 1..steps {
                if input[place(step)] > input[largest] {
                    largest = place(step);
                }
            }
            found(largest, sample * features + feature);
        }
    }
}

/// Adds the sine of each step times a frequency to the even features, and the cosine to the odd ones.
/// The frequency of the features `2 i` and `2 i + 1` is `10000^(-2 i / features)`.
#[inline(never)]
pub(crate) fn add_sinusoids<T: Scalar>(
    input: &[T],
    output: &mut [T],
    steps: usize,
    features: usize,
) {
    output.copy_from_slice(input);
    for first in (0..features).step_by(2) {
        let frequency = frequency(first, features);
        for step in 0..steps {
            let sines = (step as f64 * frequency).sin_cos();
            for sample in output.chunks_exact_mut(steps * features) {
                add_pair(&mut sample[step * features..][..features], first, sines);
            }
        }
    }
}

/// The same for the features of one step.
#[inline(never)]
pub(crate) fn add_sinusoids_at<T: Scalar>(step: usize, input: &[T], output: &mut [T]) {
    output.copy_from_slice(input);
    for first in (0..input.len()).step_by(2) {
        let frequency = frequency(first, input.len());
        add_pair(output, first, (step as f64 * frequency).sin_cos());
    }
}

fn frequency(feature: usize, features: usize) -> f64 {
    10_000_f64.powf(-(feature as f64) / features as f64)
}

/// Adds to a feature and the one after it, if there is one.
fn add_pair<T: Scalar>(step: &mut [T], first: usize, (sine, cosine): (f64, f64)) {
    step[first] += T::from_f64(sine);
    if let Some(next) = step.get_mut(first + 1) {
        *next += T::from_f64(cosine);
    }
}

instantiate!(fn(usize, &[T], &mut [T]) = add_sinusoids_at::<T>);

instantiate!(fn(&[T], &mut [T], usize, usize) = add_sinusoids::<T>);
instantiate!(fn(&[T], &mut [T], usize, usize) = mean_of_steps::<T>);
instantiate!(fn(&[T], &mut [T], usize, usize) = mean_of_steps_back::<T>);
