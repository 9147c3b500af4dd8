//! The history of a training.

use std::fmt::Write;
use std::ops::Deref;

use super::metrics::Metrics;
use crate::network::declared::Network;
use crate::saving::{State, Visitor};

/// The state of a training after an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
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
}

impl Epoch {
    /// The loss that determines the best epoch: the validation loss if there is a validation set,
    /// otherwise the training loss.
    pub fn watched_loss(&self) -> f64 {
        self.validation.unwrap_or(self.train).loss
    }
}

/// All epochs of a training, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    epochs: Vec<Epoch>,
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
    /// A comma-separated table with a line per epoch. Values that were not measured are empty.
    pub fn csv(&self) -> String {
        let mut csv = format!("epoch,{}\n", COLUMNS.join(","));
        for epoch in &self.epochs {
            let cells = row(epoch).map(|cell| cell.map_or(String::new(), |n| n.to_string()));
            // Writing to a `String` cannot fail.
            let _ = writeln!(csv, "{},{}", epoch.epoch, cells.join(","));
        }
        csv
    }

    /// A list with an object per epoch, whose keys are the columns of [`csv`](History::csv). Values
    /// that were not measured are `null`.
    pub fn json(&self) -> String {
        let object = |epoch: &Epoch| {
            let cells = COLUMNS.iter().zip(row(epoch)).map(|(column, cell)| {
                format!(r#""{column}":{}"#, cell.map_or("null".to_owned(), |n| n.to_string()))
            });
            format!(r#"{{"epoch":{},{}}}"#, epoch.epoch, cells.collect::<Vec<_>>().join(","))
        };
        format!("[{}]", self.epochs.iter().map(object).collect::<Vec<_>>().join(",\n "))
    }

    pub(super) fn push(&mut self, epoch: Epoch) {
        self.epochs.push(epoch);
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

/// Creates the epoch with these values.
fn epoch(number: u64, row: [Option<f64>; 8]) -> Epoch {
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
    }
}

/// Row by row. NaN marks a value that was not measured.
impl<N: Network> State<N> for History {
    fn visit(&mut self, visitor: &mut dyn Visitor<N>) {
        let rows = self.epochs.iter().flat_map(row);
        let mut cells: Vec<_> = rows.map(|cell| cell.unwrap_or(f64::NAN)).collect();
        visitor.floats("epochs", &mut cells);
        let (rows, _) = cells.as_chunks::<8>();
        let measured = |row: &[f64; 8]| row.map(|cell| Some(cell).filter(|cell| !cell.is_nan()));
        let epochs = (1..).zip(rows).map(|(number, row)| epoch(number, measured(row)));
        self.epochs = epochs.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let mut history = History::default();
        assert_eq!(history.json(), "[]");
        let train = Metrics { loss: 0.5, accuracy: Some(0.75), top_k: None };
        let first = Epoch { epoch: 1, steps: 10, learning_rate: 1e-7, train, validation: None };
        let validation = Some(Metrics { loss: 0.25, accuracy: None, top_k: Some(1.0) });
        history.push(first);
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
}
