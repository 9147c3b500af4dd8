//! Numerical gradients, to compare with those of graphs.

/// The gradient of `f` at `x` by central differences with two steps, whose second-order errors
/// cancel.
pub(crate) fn gradient(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let slope = |place: usize, step: f64| {
        let at = |value: f64| {
            let mut moved = x.to_vec();
            moved[place] = value;
            f(&moved)
        };
        let (above, below) = (x[place] + step, x[place] - step);
        (at(above) - at(below)) / (above - below)
    };
    (0..x.len()).map(|place| (4.0 * slope(place, 5e-4) - slope(place, 1e-3)) / 3.0).collect()
}

/// The difference of two gradients, relative to the larger one.
pub(crate) fn relative_error(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let largest = |values: &[f64]| values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let apart: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let scale = largest(a).max(largest(b));
    if scale == 0.0 { 0.0 } else { largest(&apart) / scale }
}
