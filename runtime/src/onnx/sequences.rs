//! Layers of sequences.

use super::attention::{self, Attended};
use super::padded;
use super::place::Place;
use super::writer::{Value, Writer, int, ints, transposed};
use crate::kernels::sequence::add_sinusoids;
use crate::layers::{Operation, Sequence};

/// The nodes of an operation on sequences; `None` for another one. The other values are what it reads
/// besides: the memory of an attention, and lengths.
pub(super) fn layer(
    writer: &mut Writer,
    place: &Place,
    operation: Operation,
    (x, others): (&Value, &[Value]),
) -> Option<Value> {
    if let [lengths] = others
        && let Some(value) = padded::layer(writer, place, operation, x, lengths)
    {
        return Some(value);
    }
    match operation {
        Operation::EmbeddingLayer { features, .. } => embedding(writer, place, x, features),
        Operation::PositionsLayer(steps) => {
            let rows = writer.weight(&place.tensor("weight"))?;
            Some(positions(writer, place, x, steps, &rows))
        }
        Operation::SinusoidalPositionsLayer(steps) => {
            let Sequence { time, features } = steps;
            let mut rows = vec![0.0; time * features];
            add_sinusoids(&vec![0.0; time * features], &mut rows, time, features);
            let rows = writer.constant(&place.inner("rows"), &[time, features], &rows);
            Some(positions(writer, place, x, steps, &rows))
        }
        Operation::RnnLayer(steps, hidden) => recurrent(writer, place, x, steps, &RNN.with(hidden)),
        Operation::GruLayer(steps, hidden) => recurrent(writer, place, x, steps, &GRU.with(hidden)),
        Operation::LstmLayer(steps, hidden) => {
            recurrent(writer, place, x, steps, &LSTM.with(hidden))
        }
        Operation::AttentionLayer { steps, heads, is_causal } => {
            let sizes = Attended { queries: steps.time, memory: steps, heads };
            attention::to_itself(writer, place, x, others.first(), (sizes, is_causal))
        }
        Operation::CrossAttentionLayer { queries, memory, heads } => {
            let (of_memory, lengths) = others.split_first()?;
            let sizes = Attended { queries, memory, heads };
            attention::to_another(writer, place, [x, of_memory], lengths.first(), sizes)
        }
        Operation::LastLayer(steps) => Some(last(writer, place, x, steps)),
        Operation::MeanLayer(steps) => Some(over_time(writer, place, x, steps, "ReduceMean")),
        Operation::MaxLayer(steps) => Some(over_time(writer, place, x, steps, "ReduceMax")),
        Operation::ReverseLayer(steps) => Some(reverse(writer, place, x, steps)),
        _ => None,
    }
}

/// The rows of a table with these indices.
fn embedding(writer: &mut Writer, place: &Place, x: &Value, features: usize) -> Option<Value> {
    let table = writer.weight(&place.tensor("weight"))?;
    let indices = match x.is_index {
        true => x.clone(),
        // The type of the format's integers of 64 bits.
        false => {
            writer.node(&place.inner("indices"), "Cast", &[&x.name], vec![int("to", 7)], &x.shape)
        }
    };
    let shape: Vec<usize> = x.shape.iter().copied().chain([features]).collect();
    Some(writer.node(&place.name, "Gather", &[&table, &indices.name], vec![int("axis", 0)], &shape))
}

fn positions(writer: &mut Writer, place: &Place, x: &Value, steps: Sequence, rows: &str) -> Value {
    let x = writer.sequence(x, steps);
    writer.node(&place.name, "Add", &[&x.name, rows], vec![], &x.shape)
}

/// How the format has a recurrent layer.
struct Cell {
    operator: &'static str,
    /// The gates of the format in its order: their numbers in the order of the library, which is that of
    /// PyTorch.
    gates: &'static [usize],
    hidden: usize,
}

/// One gate.
const RNN: Cell = Cell { operator: "RNN", gates: &[0], hidden: 0 };

/// The library has `r`, `z`, `n`; the format `z`, `r`, `h`.
const GRU: Cell = Cell { operator: "GRU", gates: &[1, 0, 2], hidden: 0 };

/// The library has `i`, `f`, `g`, `o`; the format `i`, `o`, `f`, `c`.
const LSTM: Cell = Cell { operator: "LSTM", gates: &[0, 3, 1, 2], hidden: 0 };

impl Cell {
    fn with(self, hidden: usize) -> Cell {
        Cell { hidden, ..self }
    }

    /// A weight of `inputs × gates × hidden` in the layout of the format: gates × hidden × inputs, for
    /// one direction.
    fn weight(&self, writer: &mut Writer, name: &str) -> Option<String> {
        let (gates, hidden) = (self.gates.len(), self.hidden);
        let values = &writer.parameter(name)?.values;
        let inputs = values.len() / (gates * hidden);
        let mut rows = Vec::with_capacity(values.len());
        for gate in self.gates {
            for unit in 0..hidden {
                let column = gate * hidden + unit;
                rows.extend((0..inputs).map(|input| values[input * gates * hidden + column]));
            }
        }
        Some(writer.constant(name, &[1, gates * hidden, inputs], &rows))
    }

    /// The biases of the inputs and of the hidden state, one after the other.
    fn bias(&self, writer: &mut Writer, place: &Place) -> Option<String> {
        let mut biases = Vec::new();
        for field in ["bias_ih", "bias_hh"] {
            let values = &writer.parameter(&place.tensor(field))?.values;
            let of_gates =
                self.gates.iter().map(|gate| &values[gate * self.hidden..][..self.hidden]);
            biases.extend(of_gates.flatten());
        }
        Some(writer.constant(&place.tensor("bias"), &[1, biases.len()], &biases))
    }
}

/// The format has the steps before the samples, and an axis of directions.
fn recurrent(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    steps: Sequence,
    cell: &Cell,
) -> Option<Value> {
    let x = writer.sequence(x, steps);
    let weight = cell.weight(writer, &place.tensor("weight_ih"))?;
    let recurrence = cell.weight(writer, &place.tensor("weight_hh"))?;
    let bias = cell.bias(writer, place)?;
    let (time, hidden) = (steps.time, cell.hidden);
    let by_time = transposed(writer, &place.inner("by_time"), &x.name, &[1, 0, 2], &x.shape);
    let mut attributes = vec![int("hidden_size", hidden as i64)];
    if cell.operator == "GRU" {
        attributes.push(int("linear_before_reset", 1));
    }
    let operands = [&*by_time.name, &weight, &recurrence, &bias];
    let name = place.inner("states");
    let states = writer.node(&name, cell.operator, &operands, attributes, &[1, time, hidden]);
    let direction = writer.integers("axis.1", &[1]);
    let operands = [&*states.name, &direction];
    let (name, shape) = (place.inner("hidden"), [time, hidden]);
    let states = writer.node(&name, "Squeeze", &operands, vec![], &shape);
    Some(transposed(writer, &place.name, &states.name, &[1, 0, 2], &shape))
}

/// The features of the last step.
fn last(writer: &mut Writer, place: &Place, x: &Value, steps: Sequence) -> Value {
    let x = writer.sequence(x, steps);
    let at = writer.integers(&format!("step.{}", steps.time - 1), &[steps.time as i64 - 1]);
    let name = place.inner("step");
    let step =
        writer.node(&name, "Gather", &[&x.name, &at], vec![int("axis", 1)], &[1, steps.features]);
    let axis = vec![int("axis", 1)];
    writer.node(&place.name, "Flatten", &[&step.name], axis, &[steps.features])
}

/// A function of all steps, for each feature.
fn over_time(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    steps: Sequence,
    operator: &str,
) -> Value {
    let x = writer.sequence(x, steps);
    let attributes = vec![ints("axes", [1]), int("keepdims", 0)];
    writer.node(&place.name, operator, &[&x.name], attributes, &[steps.features])
}

/// The steps from the last to the first.
fn reverse(writer: &mut Writer, place: &Place, x: &Value, steps: Sequence) -> Value {
    let x = writer.sequence(x, steps);
    let back = writer.integers("slice.-1", &[-1]);
    let end = writer.integers(&format!("slice.{}", i64::MIN), &[i64::MIN]);
    let axis = writer.integers("axis.1", &[1]);
    let operands = [&*x.name, &back, &end, &axis, &back];
    writer.node(&place.name, "Slice", &operands, vec![], &x.shape)
}
