//! The confusion matrix of predictions.

use core::fmt;

use ndarray::Array2;

use crate::error::Error;
use crate::network::input::Label;

/// Counts how often the samples of each class were predicted as each class.
///
/// `Display` prints a table with a row for each true class:
///
/// ```
/// use chainrule::metrics::ConfusionMatrix;
///
/// let matrix = ConfusionMatrix::of(2, &[0, 0, 1, 1, 1], &[0, 1, 1, 1, 1])?;
/// let matrix = matrix.with_names(["no", "yes"])?;
/// assert_eq!(
///     matrix.to_string(),
///     "true \\ predicted   no  yes\n\
///      \x20             no    1    1\n\
///      \x20            yes    0    3"
/// );
/// # Ok::<(), chainrule::Error>(())
/// ```
///
/// Where a fraction has a divisor of 0, the methods for one class return NaN, as scikit-learn does
/// with `zero_division=np.nan`. Averages count it as 0, which is scikit-learn's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// `counts[(class, predicted)]`.
    pub counts: Array2<u64>,
    /// The name of each class; empty if they have none.
    names: Vec<String>,
}

impl ConfusionMatrix {
    /// The matrix with these counts, `counts[(class, predicted)]`.
    ///
    /// # Panics
    ///
    /// If there are not as many rows as columns.
    pub fn new(counts: Array2<u64>) -> ConfusionMatrix {
        assert!(counts.is_square(), "the rows and columns of a confusion matrix are the classes");
        ConfusionMatrix { counts, names: Vec::new() }
    }

    /// Counts the samples whose classes are `targets` and were predicted as `predictions`.
    ///
    /// # Errors
    ///
    /// [`Error::BatchSizes`] if there are not as many targets as predictions, and
    /// [`Error::Label`] for a class that is not below `classes`.
    pub fn of<T: Label, P: Label>(
        classes: usize,
        targets: &[T],
        predictions: &[P],
    ) -> Result<ConfusionMatrix, Error> {
        if targets.len() != predictions.len() {
            let (samples, targets) = (predictions.len(), targets.len());
            return Err(Error::BatchSizes { samples, targets });
        }
        let checked = |sample: usize, label: i128| match usize::try_from(label) {
            Ok(class) if class < classes => Ok(class),
            _ => Err(Error::Label { sample, label, classes }),
        };
        let mut counts = Array2::zeros((classes, classes));
        for (sample, (target, prediction)) in targets.iter().zip(predictions).enumerate() {
            let class = checked(sample, target.class())?;
            counts[(class, checked(sample, prediction.class())?)] += 1;
        }
        Ok(ConfusionMatrix::new(counts))
    }

    /// Names the classes, in order. Tables print the names instead of the indices.
    ///
    /// # Errors
    ///
    /// [`Error::ClassNames`] if there are not as many names as classes.
    pub fn with_names<S: Into<String>>(
        self,
        names: impl IntoIterator<Item = S>,
    ) -> Result<ConfusionMatrix, Error> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let (expected, found) = (self.classes(), names.len());
        match found == expected {
            true => Ok(ConfusionMatrix { names, ..self }),
            false => Err(Error::ClassNames { expected, found }),
        }
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.counts.nrows()
    }

    /// The name of a class; its index if the classes have no names.
    pub fn name(&self, class: usize) -> String {
        self.names.get(class).cloned().unwrap_or_else(|| class.to_string())
    }

    /// The number of samples.
    pub fn samples(&self) -> u64 {
        self.counts.sum()
    }

    /// The number of samples of a class.
    pub fn support(&self, class: usize) -> u64 {
        self.counts.row(class).sum()
    }

    /// The fraction of all samples whose prediction is correct. NaN without samples.
    pub fn accuracy(&self) -> f64 {
        fraction(self.counts.diag().sum(), self.samples())
    }

    /// The mean [`recall`](ConfusionMatrix::recall) of the classes that have samples. NaN without
    /// samples.
    pub fn balanced_accuracy(&self) -> f64 {
        let recalls = (0..self.classes()).map(|class| self.recall(class));
        let recalls: Vec<_> = recalls.filter(|recall| !recall.is_nan()).collect();
        recalls.iter().sum::<f64>() / recalls.len() as f64
    }

    /// The fraction of the samples predicted as `class` that belong to it. NaN without such
    /// samples.
    pub fn precision(&self, class: usize) -> f64 {
        fraction(self.counts[(class, class)], self.counts.column(class).sum())
    }

    /// The fraction of the samples of `class` that were predicted as such. NaN without such
    /// samples.
    pub fn recall(&self, class: usize) -> f64 {
        fraction(self.counts[(class, class)], self.support(class))
    }

    /// The harmonic mean of precision and recall, `2 TP / (2 TP + FP + FN)`. NaN if no sample
    /// belongs to the class and none was predicted as such.
    pub fn f1(&self, class: usize) -> f64 {
        let predicted: u64 = self.counts.column(class).sum();
        fraction(2 * self.counts[(class, class)], predicted + self.support(class))
    }

    /// The mean [`precision`](ConfusionMatrix::precision) of the classes, undefined ones as 0.
    pub fn macro_precision(&self) -> f64 {
        self.mean(ConfusionMatrix::precision)
    }

    /// The mean [`recall`](ConfusionMatrix::recall) of the classes, undefined ones as 0.
    pub fn macro_recall(&self) -> f64 {
        self.mean(ConfusionMatrix::recall)
    }

    /// The mean [`f1`](ConfusionMatrix::f1) of the classes, undefined ones as 0.
    pub fn macro_f1(&self) -> f64 {
        self.mean(ConfusionMatrix::f1)
    }

    /// The mean of a fraction over the classes, undefined ones as 0.
    fn mean(&self, of: impl Fn(&ConfusionMatrix, usize) -> f64) -> f64 {
        let sum: f64 = (0..self.classes()).map(|class| or_0(of(self, class))).sum();
        sum / self.classes() as f64
    }
}

/// NaN as 0.
pub(super) fn or_0(fraction: f64) -> f64 {
    if fraction.is_nan() { 0.0 } else { fraction }
}

/// NaN if `all` is 0.
fn fraction(part: u64, all: u64) -> f64 {
    part as f64 / all as f64
}

/// The top left cell of a table.
const CORNER: &str = "true \\ predicted";

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = (0..self.classes()).map(|class| self.name(class)).collect();
        let longest = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or(0);
        let name = longest(&mut names.iter().map(|name| name.chars().count()));
        let count = longest(&mut self.counts.iter().map(|count| count.to_string().len()));
        let (first, width) = (name.max(CORNER.len()), name.max(count) + 2);
        write!(f, "{CORNER:>first$}")?;
        for name in &names {
            write!(f, "{name:>width$}")?;
        }
        for (name, row) in names.iter().zip(self.counts.rows()) {
            write!(f, "\n{name:>first$}")?;
            for count in row {
                write!(f, "{count:>width$}")?;
            }
        }
        Ok(())
    }
}
