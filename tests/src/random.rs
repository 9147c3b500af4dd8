//! Random batches.

use chainrule::Rng;
use ndarray::Array2;

/// Numbers of the standard normal distribution.
pub fn normals(rows: usize, columns: usize, rng: &mut Rng) -> Array2<f64> {
    Array2::from_shape_simple_fn((rows, columns), || rng.normal())
}

/// Rows with a single 1 each, in a random column.
pub fn one_hot(rows: usize, columns: usize, rng: &mut Rng) -> Array2<f64> {
    let mut targets = Array2::zeros((rows, columns));
    for mut row in targets.rows_mut() {
        row[rng.below(columns)] = 1.0;
    }
    targets
}

/// Rows of positive numbers that sum to 1.
pub fn probabilities(rows: usize, columns: usize, rng: &mut Rng) -> Array2<f64> {
    let mut targets = normals(rows, columns, rng).mapv(f64::exp);
    for mut row in targets.rows_mut() {
        row /= row.sum();
    }
    targets
}
