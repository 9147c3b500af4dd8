//! The history of a training.

use core::fmt::Write;
use core::ops::Deref;

use super::metrics::Metrics;
use crate::network::declared::Network;
use crate::params::hash::Fnv;
use crate::saving::{State, Visitor, quoted};

/// The state of a training after an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Epoch {
    /// The epoch, counted from 1.
    pub epoch: u64,
    /// Steps since the start of the training.
    pub steps: u64,
    /// The learning rate of the last step.
    pub learning_rate: f64,
    /// The means over the batches of the epoch, each measured before the step on that batch.
    pub train: Metrics,
    /// The metrics of the current network on the validation set, if there is one.
    pub validation: Option<Metrics>,
    /// The metrics that were added with [`Trainer::metric`](crate::Trainer::metric), in order. For a
    /// network with a loss for each output, the [accuracy](crate::metrics::OutputAccuracy) of each
    /// comes first.
    pub metrics: Vec<Measured>,
}

/// The values of a [`Metric`](crate::metrics::Metric) in an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The name of the metric.
    pub name: String,
    /// Its value over the batches of the epoch, each measured before the step on that batch.
    pub train: Option<f64>,
    /// Its value on the validation set, if there is one.
    pub validation: Option<f64>,
}

impl Epoch {
    /// The loss that determines the best epoch: the validation loss if there is a validation set,
    /// otherwise the training loss.
    pub fn watched_loss(&self) -> f64 {
        self.validation.unwrap_or(self.train).loss
    }

    /// The metric of this name in [`metrics`](Epoch::metrics).
    pub fn metric(&self, name: &str) -> Option<&Measured> {
        self.metrics.iter().find(|metric| metric.name == name)
    }
}

/// All epochs of a training, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    epochs: Vec<Epoch>,
    /// The names of the added metrics.
    names: Vec<String>,
}

/// The columns of a table, after the number of the epoch.
const COLUMNS: [&str; 8] = [
    "steps",
    "learning_rate",
    "train_loss",
    "train_accuracy",
    "train_top_k",
    "validation_loss",
    "validation_accuracy",
    "validation_top_k",
];

impl History {
    /// A comma-separated table with a line per epoch. Values that were not measured are empty. Each
    /// added metric has two columns: `train_` and `validation_` before its name.
    pub fn csv(&self) -> String {
        let columns: Vec<_> = self.columns().map(|column| csv_cell(&column)).collect();
        let mut csv = format!("epoch,{}\n", columns.join(","));
        for epoch in &self.epochs {
            let cells = row(epoch).into_iter().chain(added(epoch));
            let cells: Vec<_> =
                cells.map(|cell| cell.map_or(String::new(), |n| n.to_string())).collect();
            // Writing to a `String` cannot fail.
            let _ = writeln!(csv, "{},{}", epoch.epoch, cells.join(","));
        }
        csv
    }

    /// A list with an object per epoch, whose keys are the columns of [`csv`](History::csv). Values
    /// that were not measured are `null`.
    pub fn json(&self) -> String {
        let object = |epoch: &Epoch| {
            let cells = row(epoch).into_iter().chain(added(epoch));
            let cells = self.columns().zip(cells).map(|(column, cell)| {
                let value = cell.map_or("null".to_owned(), |n| n.to_string());
                format!("{}:{value}", quoted(&column))
            });
            format!(r#"{{"epoch":{},{}}}"#, epoch.epoch, cells.collect::<Vec<_>>().join(","))
        };
        format!("[{}]", self.epochs.iter().map(object).collect::<Vec<_>>().join(",\n "))
    }

    pub(super) fn push(&mut self, epoch: Epoch) {
        self.epochs.push(epoch);
    }

    /// Adds the columns of a metric.
    pub(super) fn add_metric(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }

    /// The names of the added metrics.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The names of the columns, after the number of the epoch.
    fn columns(&self) -> impl Iterator<Item = String> {
        let added = self
            .names
            .iter()
            .flat_map(|name| [format!("train_{name}"), format!("validation_{name}")]);
        COLUMNS.into_iter().map(str::to_owned).chain(added)
    }
}

impl Deref for History {
    type Target = [Epoch];

    fn deref(&self) -> &[Epoch] {
        &self.epochs
    }
}

/// The values of an epoch, in the order of [`COLUMNS`]. They are finite.
fn row(epoch: &Epoch) -> [Option<f64>; 8] {
    let validation = epoch.validation;
    [
        Some(epoch.steps as f64),
        Some(epoch.learning_rate),
        Some(epoch.train.loss),
        epoch.train.accuracy,
        epoch.train.top_k,
        validation.map(|metrics| metrics.loss),
        validation.and_then(|metrics| metrics.accuracy),
        validation.and_then(|metrics| metrics.top_k),
    ]
}

/// The values of the added metrics, two for each.
fn added(epoch: &Epoch) -> impl Iterator<Item = Option<f64>> {
    epoch.metrics.iter().flat_map(|metric| [metric.train, metric.validation])
}

/// A cell of a comma-separated table, quoted if it has to be.
fn csv_cell(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Creates the epoch with these values.
fn epoch(number: u64, row: [Option<f64>; 8], metrics: Vec<Measured>) -> Epoch {
    let [steps, rate, loss, accuracy, top_k, validation @ ..] = row;
    let [validation_loss, validation_accuracy, validation_top_k] = validation;
    Epoch {
        epoch: number,
        steps: steps.unwrap_or(0.0) as u64,
        learning_rate: rate.unwrap_or(0.0),
        train: Metrics { loss: loss.unwrap_or(0.0), accuracy, top_k },
        validation: validation_loss.map(|loss| Metrics {
            loss,
            accuracy: validation_accuracy,
            top_k: validation_top_k,
        }),
        metrics,
    }
}

/// Row by row. NaN marks a value that was not measured.
impl<N: Network> State<N> for History {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        let rows = self.epochs.iter().flat_map(row);
        let mut cells = cells(rows);
        visitor.floats("epochs", &mut cells);
        let mut metrics = self.epochs.iter().flat_map(added).collect::<Vec<_>>();
        if !self.names.is_empty() {
            let mut cells = self::cells(metrics);
            visitor.setting("metrics", hash(&self.names));
            visitor.floats("metrics", &mut cells);
            metrics = cells.into_iter().map(measured).collect();
        }
        let mut metrics = metrics.chunks_exact(2);
        let (rows, _) = cells.as_chunks::<8>();
        let epochs = (1..).zip(rows).map(|(number, row)| {
            let values = self.names.iter().zip(metrics.by_ref());
            let metrics = values.map(|(name, values)| Measured {
                name: name.clone(),
                train: values[0],
                validation: values[1],
            });
            epoch(number, row.map(measured), metrics.collect())
        });
        self.epochs = epochs.collect();
    }
}

/// NaN for a value that was not measured.
fn cells(values: impl IntoIterator<Item = Option<f64>>) -> Vec<f64> {
    values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect()
}

/// The inverse of [`cells`].
fn measured(cell: f64) -> Option<f64> {
    Some(cell).filter(|cell| !cell.is_nan())
}

/// A hash of the names of metrics, to compare them with those of a checkpoint.
fn hash(names: &[String]) -> u64 {
    names.iter().fold(Fnv::new(), |hash, name| hash.text(name.as_bytes())).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let mut history = History::default();
        assert_eq!(history.json(), "[]");
        let train = Metrics { loss: 0.5, accuracy: Some(0.75), top_k: None };
        let metrics = Vec::new();
        let first =
            Epoch { epoch: 1, steps: 10, learning_rate: 1e-7, train, validation: None, metrics };
        let validation = Some(Metrics { loss: 0.25, accuracy: None, top_k: Some(1.0) });
        history.push(first.clone());
        history.push(Epoch { epoch: 2, steps: 20, validation, ..first });
        assert_eq!(
            history.csv(),
            "epoch,steps,learning_rate,train_loss,train_accuracy,train_top_k,validation_loss,\
             validation_accuracy,validation_top_k\n\
             1,10,0.0000001,0.5,0.75,,,,\n\
             2,20,0.0000001,0.5,0.75,,0.25,,1\n"
        );
        assert_eq!(
            history.json(),
            "[{\"epoch\":1,\"steps\":10,\"learning_rate\":0.0000001,\"train_loss\":0.5,\
             \"train_accuracy\":0.75,\"train_top_k\":null,\"validation_loss\":null,\
             \"validation_accuracy\":null,\"validation_top_k\":null},\n \
             {\"epoch\":2,\"steps\":20,\"learning_rate\":0.0000001,\"train_loss\":0.5,\
             \"train_accuracy\":0.75,\"train_top_k\":null,\"validation_loss\":0.25,\
             \"validation_accuracy\":null,\"validation_top_k\":1}]"
        );
    }
    #[test]
    fn tables_with_added_metrics() {
        let mut history = History::default();
        let names = ["R²", "a \"b\", c"];
        for name in names {
            history.add_metric(name);
        }
        let [train, validation] = [Some(0.5), None];
        let metrics =
            names.map(|name| Measured { name: name.to_owned(), train, validation }).to_vec();
        let epoch = epoch(1, [Some(1.0); 8], metrics);
        history.push(Epoch { validation: None, ..epoch });
        assert!(history.csv().ends_with(
            ",validation_top_k,train_R²,validation_R²,\"train_a \"\"b\"\", c\",\
             \"validation_a \"\"b\"\", c\"\n1,1,1,1,1,1,,,,0.5,,0.5,\n"
        ));
        assert!(history.json().ends_with(
            "\"train_R²\":0.5,\"validation_R²\":null,\"train_a \\\"b\\\", c\":0.5,\
             \"validation_a \\\"b\\\", c\":null}]"
        ));
    }
}
