//! A table of the scores of each class.

use core::fmt;

use super::confusion::{ConfusionMatrix, or_0};

/// Precision, recall and F1 of each class, with their averages: the result of
/// [`ConfusionMatrix::report`]. Undefined fractions are 0, as by default in scikit-learn.
///
/// `Display` prints the table of scikit-learn's `classification_report`:
///
/// ```
/// use chainrule::metrics::ConfusionMatrix;
///
/// let matrix = ConfusionMatrix::of(2, &[0, 0, 1, 1, 1], &[0, 1, 1, 1, 1])?;
/// let report = matrix.with_names(["no", "yes"])?.report();
/// assert_eq!(
///     format!("\n{report}"),
///     "
///               precision    recall  f1-score   support
///
///           no       1.00      0.50      0.67         2
///          yes       0.75      1.00      0.86         3
///
///     accuracy                           0.80         5
///    macro avg       0.88      0.75      0.76         5
/// weighted avg       0.85      0.80      0.78         5
/// "
/// );
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationReport {
    /// The scores of each class.
    pub classes: Vec<ClassScores>,
    /// See [`ConfusionMatrix::accuracy`].
    pub accuracy: f64,
    /// See [`ConfusionMatrix::balanced_accuracy`].
    pub balanced_accuracy: f64,
    /// The means over the classes.
    pub macro_average: Averages,
    /// The means over the classes, weighted by their numbers of samples.
    pub weighted_average: Averages,
}

/// The scores of a class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassScores {
    /// Its name, or its index.
    pub name: String,
    /// See [`ConfusionMatrix::precision`].
    pub precision: f64,
    /// See [`ConfusionMatrix::recall`].
    pub recall: f64,
    /// See [`ConfusionMatrix::f1`].
    pub f1: f64,
    /// The number of its samples.
    pub support: u64,
}

/// Means over classes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Averages {
    /// Of the precision.
    pub precision: f64,
    /// Of the recall.
    pub recall: f64,
    /// Of the F1 score.
    pub f1: f64,
}

impl ConfusionMatrix {
    /// Precision, recall and F1 of each class, with their averages.
    pub fn report(&self) -> ClassificationReport {
        let scores = |class| ClassScores {
            name: self.name(class),
            precision: or_0(self.precision(class)),
            recall: or_0(self.recall(class)),
            f1: or_0(self.f1(class)),
            support: self.support(class),
        };
        let classes: Vec<_> = (0..self.classes()).map(scores).collect();
        ClassificationReport {
            accuracy: self.accuracy(),
            balanced_accuracy: self.balanced_accuracy(),
            macro_average: averages(&classes, |_| 1.0),
            weighted_average: averages(&classes, |class| class.support as f64),
            classes,
        }
    }
}

/// The weighted means of the scores; 0 if all weights are 0.
fn averages(classes: &[ClassScores], weight: impl Fn(&ClassScores) -> f64) -> Averages {
    let total: f64 = classes.iter().map(&weight).sum();
    let mean = |of: fn(&ClassScores) -> f64| match total {
        0.0 => 0.0,
        _ => classes.iter().map(|class| weight(class) * of(class)).sum::<f64>() / total,
    };
    Averages {
        precision: mean(|class| class.precision),
        recall: mean(|class| class.recall),
        f1: mean(|class| class.f1),
    }
}

impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WEIGHTED: &str = "weighted avg";
        let names = self.classes.iter().map(|class| class.name.chars().count());
        let width = names.chain([WEIGHTED.len()]).max().unwrap_or(0);
        let samples: u64 = self.classes.iter().map(|class| class.support).sum();
        let (precision, recall, f1, support) = ("precision", "recall", "f1-score", "support");
        writeln!(f, "{:width$}{precision:>11}{recall:>10}{f1:>10}{support:>10}\n", "")?;
        for ClassScores { name, precision, recall, f1, support } in &self.classes {
            writeln!(f, "{name:>width$}{precision:>11.2}{recall:>10.2}{f1:>10.2}{support:>10}")?;
        }
        let accuracy = self.accuracy;
        writeln!(f, "\n{:>width$}{:21}{accuracy:>10.2}{samples:>10}", "accuracy", "")?;
        for (name, Averages { precision, recall, f1 }) in
            [("macro avg", self.macro_average), (WEIGHTED, self.weighted_average)]
        {
            writeln!(f, "{name:>width$}{precision:>11.2}{recall:>10.2}{f1:>10.2}{samples:>10}")?;
        }
        Ok(())
    }
}
