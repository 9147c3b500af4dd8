//! The errors of predicted numbers.

use ndarray::ArrayView2;

use crate::error::Error;
use crate::kernels::scalar::Scalar;

/// The errors of predicted numbers, in `f64`. Each column is one output; with several, each metric
/// is the mean over the columns, as in scikit-learn.
///
/// For targets `t`, predictions `y` and `n` samples:
///
/// ```text
/// mean absolute error       1/n Σ |t - y|
/// mean squared error        1/n Σ (t - y)²
/// root mean squared error   √(1/n Σ (t - y)²)
/// R²                        1 - Σ (t - y)² / Σ (t - mean of t)²
/// ```
///
/// ```
/// use chainrule::metrics::Regression;
/// use chainrule::{Init, Rng, network};
///
/// network! { struct Net = Affine(1, 2) => IdentityWithLoss; }
/// let net = Net::new(Init::Xavier, &mut Rng::seed(0));
///
/// let (x, t) = ([[0.0], [1.0]], chainrule::ndarray::array![[1.0, 2.0], [3.0, 5.0]]);
/// let errors = Regression::of(t.view(), net.predict(&x)?.view())?;
/// assert!(errors.r2() < 1.0);
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// Without samples, all metrics are NaN. The variance of targets is updated sample by sample
/// (Welford, 1962), from their distances to the first, so that targets with a large mean keep their
/// digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Regression {
    /// [`SUMS`] numbers for each column.
    sums: Vec<f64>,
}

/// Number of sums for each column.
pub(super) const SUMS: usize = 6;

/// The sums of a column.
struct Sums<'a> {
    samples: &'a mut f64,
    /// The first target.
    first: &'a mut f64,
    /// The mean of the targets, minus the first.
    mean: &'a mut f64,
    /// The sum of the squared distances from that mean.
    distances: &'a mut f64,
    /// `Σ |t - y|`
    absolute: &'a mut f64,
    /// `Σ (t - y)²`
    squared: &'a mut f64,
}

impl Regression {
    /// The errors of `predictions`, `batch × outputs`.
    ///
    /// # Errors
    ///
    /// [`Error::Shapes`] if the arrays differ in shape.
    pub fn of<T: Scalar>(
        targets: ArrayView2<'_, T>,
        predictions: ArrayView2<'_, T>,
    ) -> Result<Regression, Error> {
        if targets.dim() != predictions.dim() {
            let (left, right) = (targets.shape().to_vec(), predictions.shape().to_vec());
            return Err(Error::Shapes { node: "targets and predictions", left, right });
        }
        let mut errors = Regression { sums: vec![0.0; SUMS * targets.ncols()] };
        for (targets, predictions) in targets.rows().into_iter().zip(predictions.rows()) {
            add(&mut errors.sums, targets.iter().copied().zip(predictions.iter().copied()));
        }
        Ok(errors)
    }

    /// The errors of predictions of a single number for each sample.
    ///
    /// # Errors
    ///
    /// [`Error::Shapes`] if the slices differ in length.
    pub fn of_slices<T: Scalar>(targets: &[T], predictions: &[T]) -> Result<Regression, Error> {
        let column = |values| ArrayView2::from_shape((<[T]>::len(values), 1), values);
        match (column(targets), column(predictions)) {
            (Ok(targets), Ok(predictions)) => Regression::of(targets, predictions),
            _ => unreachable!("a slice is a column"),
        }
    }

    /// The mean absolute error.
    pub fn mean_absolute_error(&self) -> f64 {
        mean_absolute_error(&self.sums)
    }

    /// The mean squared error.
    pub fn mean_squared_error(&self) -> f64 {
        mean(&self.sums, |[samples, .., squared]| squared / samples)
    }

    /// The root of the mean squared error; with several columns, the mean of their roots.
    pub fn root_mean_squared_error(&self) -> f64 {
        root_mean_squared_error(&self.sums)
    }

    /// The coefficient of determination, R²: 1 for exact predictions, 0 for predictions as good as
    /// the mean of the targets, negative for worse ones. If all targets of a column are equal, 1
    /// for exact predictions and 0 otherwise. NaN for fewer than two samples.
    pub fn r2(&self) -> f64 {
        r2(&self.sums)
    }
}

/// Adds a sample: the target and the prediction of each column.
pub(super) fn add<T: Scalar>(sums: &mut [f64], columns: impl Iterator<Item = (T, T)>) {
    let (of_columns, _) = sums.as_chunks_mut::<SUMS>();
    for (sums, (t, y)) in of_columns.iter_mut().zip(columns) {
        let [samples, first, mean, distances, absolute, squared] = sums;
        let sums = Sums { samples, first, mean, distances, absolute, squared };
        add_to_column(sums, t.as_f64(), y.as_f64());
    }
}

fn add_to_column(sums: Sums<'_>, t: f64, y: f64) {
    if *sums.samples == 0.0 {
        *sums.first = t;
    }
    *sums.samples += 1.0;
    let shifted = t - *sums.first;
    let before = shifted - *sums.mean;
    *sums.mean += before / *sums.samples;
    *sums.distances += before * (shifted - *sums.mean);
    *sums.absolute += (t - y).abs();
    *sums.squared += (t - y) * (t - y);
}

/// Adds the errors of other samples. For the means `m` and `m'` of `n` and `n'` targets, and their
/// sums of squared distances `d` and `d'` (Chan et al., 1979), with `δ = m' - m`:
///
/// ```text
/// m ← m + δ n' / (n + n')
/// d ← d + d' + δ² n n' / (n + n')
/// ```
pub(super) fn merge(sums: &mut [f64], others: &[f64]) {
    let (others, _) = others.as_chunks::<SUMS>();
    for (column, other) in sums.as_chunks_mut::<SUMS>().0.iter_mut().zip(others) {
        if column[0] == 0.0 {
            *column = *other;
            continue;
        }
        let [samples, first, mean, distances, absolute, squared] = column;
        let [of_others, other_first, other_mean, other_distances, other_absolute, other_squared] =
            other;
        let total = *samples + of_others;
        // Both means are differences from the first target of their samples.
        let delta = (other_first - *first) + (other_mean - *mean);
        *mean += delta * of_others / total;
        *distances += other_distances + delta * delta * *samples * of_others / total;
        *absolute += other_absolute;
        *squared += other_squared;
        *samples = total;
    }
}

pub(super) fn mean_absolute_error(sums: &[f64]) -> f64 {
    mean(sums, |[samples, _, _, _, absolute, _]| absolute / samples)
}

pub(super) fn root_mean_squared_error(sums: &[f64]) -> f64 {
    mean(sums, |[samples, .., squared]| (squared / samples).sqrt())
}

pub(super) fn r2(sums: &[f64]) -> f64 {
    mean(sums, |[samples, _, _, distances, _, squared]| {
        if samples < 2.0 {
            f64::NAN
        } else if distances > 0.0 {
            1.0 - squared / distances
        } else if squared == 0.0 {
            1.0
        } else {
            0.0
        }
    })
}

/// The mean over the columns.
fn mean(sums: &[f64], of_column: impl Fn([f64; SUMS]) -> f64) -> f64 {
    let (columns, _) = sums.as_chunks::<SUMS>();
    columns.iter().map(|&column| of_column(column)).sum::<f64>() / columns.len() as f64
}
