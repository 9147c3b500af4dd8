//! Metrics of predictions, with or without a trainer.
//!
//! - [`ConfusionMatrix`] counts classes; its [`report`](ConfusionMatrix::report) has precision,
//!   recall and F1 of each class and their averages, as a table.
//! - [`Regression`] has R², the mean absolute error and the root of the mean squared error.
//! - [`Metric`] is a number for the history of a [`Trainer`](crate::Trainer): [`MacroF1`],
//!   [`BalancedAccuracy`], [`R2`], [`MeanAbsoluteError`], [`RootMeanSquaredError`],
//!   [`OutputAccuracy`], or one of your own.
//!
//! All values equal those of scikit-learn.
//!
//! ```
//! use chainrule::metrics::{ConfusionMatrix, Regression};
//!
//! let (targets, predictions) = ([0, 1, 2, 2, 2], [0, 0, 2, 2, 1]);
//! let matrix = ConfusionMatrix::of(3, &targets, &predictions)?.with_names(["cat", "dog", "cow"])?;
//! println!("{}", matrix.report());
//! assert_eq!(matrix.accuracy(), 0.6);
//! assert_eq!(matrix.precision(0), 0.5);
//!
//! let errors = Regression::of_slices(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0])?;
//! assert_eq!(errors.mean_absolute_error(), 0.5);
//! assert!((errors.r2() - 0.9486081370449679).abs() < 1e-15);
//! # Ok::<(), chainrule::Error>(())
//! ```

mod classes;
mod confusion;
mod metric;
mod output_accuracy;
mod regression;
mod report;

pub(crate) use classes::{Classes, class_pairs};
pub use confusion::ConfusionMatrix;
pub use metric::{BalancedAccuracy, MacroF1, MeanAbsoluteError, Metric, R2, RootMeanSquaredError};
pub use output_accuracy::OutputAccuracy;
pub use regression::Regression;
pub use report::{Averages, ClassScores, ClassificationReport};
