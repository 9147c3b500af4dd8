//! Layers of sequences.

use super::dense::projected;
use super::place::Place;
use super::writer::{Value, Writer, int, ints, transposed};
use crate::kernels::sequence::add_sinusoids;
use crate::layers::{Operation, Sequence};

/// The nodes of an operation on sequences; `None` for another one.
pub(super) fn layer(
    writer: &mut Writer,
    place: &Place,
    operation: Operation,
    x: &Value,
) -> Option<Value> {
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
            attention(writer, place, x, steps, (heads, is_causal))
        }
        Operation::LastLayer(steps) => Some(last(writer, place, x, steps)),
        Operation::MeanLayer(steps) => Some(over_time(writer, place, x, steps, "ReduceMean")),
        Operation::MaxLayer(steps) => Some(over_time(writer, place, x, steps, "ReduceMax")),
        Operation::ReverseLayer(steps) => Some(reverse(writer, place, x, steps)),
        _ => None,
    }
}

fn sequence(writer: &mut Writer, x: &Value, steps: Sequence) -> Value {
    writer.shaped(x, &[steps.time, steps.features])
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
    let x = sequence(writer, x, steps);
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
    let x = sequence(writer, x, steps);
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

/// `softmax(q·kᵀ / √(D / heads)) · v` for each head.
fn attention(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    steps: Sequence,
    (heads, is_causal): (usize, bool),
) -> Option<Value> {
    let Sequence { time, features } = steps;
    let width = features / heads;
    let x = sequence(writer, x, steps);
    let weight = flat_weight(writer, &place.tensor("in_proj_weight"), &[features, 3 * features])?;
    let bias = flat_weight(writer, &place.tensor("in_proj_bias"), &[3 * features])?;
    let product = [&*x.name, &weight];
    let shape = [time, 3 * features];
    let product = writer.node(&place.inner("qkv.product"), "MatMul", &product, vec![], &shape);
    let sum = [&*product.name, &bias];
    let qkv = writer.node(&place.inner("qkv"), "Add", &sum, vec![], &shape);
    let sizes = writer.integers(&format!("sizes.{features}"), &[features as i64; 3]);
    let shapes = vec![vec![time, features]; 3];
    let operands = [&*qkv.name, &sizes];
    let parts =
        writer.parts(&place.inner("qkv.parts"), "Split", &operands, vec![int("axis", 2)], &shapes);
    let [queries, keys, values] = &parts[..] else { return None };
    let mut of_heads = |name: &str, part: &Value, order: [usize; 4], shape: [usize; 3]| {
        let split = writer.shaped(part, &[time, heads, width]);
        transposed(writer, &place.inner(name), &split.name, &order, &shape)
    };
    let queries = of_heads("queries", queries, [0, 2, 1, 3], [heads, time, width]);
    let keys = of_heads("keys", keys, [0, 2, 3, 1], [heads, width, time]);
    let values = of_heads("values", values, [0, 2, 1, 3], [heads, time, width]);

    let square = [heads, time, time];
    let operands = [&*queries.name, &keys.name];
    let scores = writer.node(&place.inner("scores"), "MatMul", &operands, vec![], &square);
    let scale = writer.constant(&format!("scale.{width}"), &[], &[1.0 / (width as f32).sqrt()]);
    let operands = [&*scores.name, &scale];
    let mut scores = writer.node(&place.inner("scaled"), "Mul", &operands, vec![], &square);
    if is_causal {
        let cell = |at: usize| if at % time > at / time { f32::NEG_INFINITY } else { 0.0 };
        let mask: Vec<f32> = (0..time * time).map(cell).collect();
        let mask = writer.constant(&format!("causal.{time}"), &[time, time], &mask);
        let operands = [&*scores.name, &mask];
        scores = writer.node(&place.inner("masked"), "Add", &operands, vec![], &square);
    }
    let name = place.inner("probabilities");
    let axis = vec![int("axis", -1)];
    let probabilities = writer.node(&name, "Softmax", &[&scores.name], axis, &square);
    let operands = [&*probabilities.name, &values.name];
    let shape = [heads, time, width];
    let context = writer.node(&place.inner("context"), "MatMul", &operands, vec![], &shape);
    let (name, order) = (place.inner("context.steps"), [0, 2, 1, 3]);
    let context = transposed(writer, &name, &context.name, &order, &[time, heads, width]);
    let context = writer.shaped(&context, &[time, features]);
    let weight = writer.weight(&place.tensor("out_proj.weight"))?;
    let bias = writer.weight(&place.tensor("out_proj.bias"));
    Some(projected(writer, place, &context, (&weight, bias.as_deref()), &context.shape))
}

/// A tensor of several gates with one axis for them.
fn flat_weight(writer: &mut Writer, name: &str, shape: &[usize]) -> Option<String> {
    let values = writer.parameter(name)?.values.clone();
    Some(writer.constant(name, shape, &values))
}

/// The features of the last step.
fn last(writer: &mut Writer, place: &Place, x: &Value, steps: Sequence) -> Value {
    let x = sequence(writer, x, steps);
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
    let x = sequence(writer, x, steps);
    let attributes = vec![ints("axes", [1]), int("keepdims", 0)];
    writer.node(&place.name, operator, &[&x.name], attributes, &[steps.features])
}

/// The steps from the last to the first.
fn reverse(writer: &mut Writer, place: &Place, x: &Value, steps: Sequence) -> Value {
    let x = sequence(writer, x, steps);
    let (from, to) =
        (writer.integers("slice.last", &[-1]), writer.integers("slice.end", &[i64::MIN]));
    let (axis, step) = (writer.integers("axis.1", &[1]), writer.integers("slice.back", &[-1]));
    let operands = [&*x.name, &from, &to, &axis, &step];
    let reversed = writer.node(&place.name, "Slice", &operands, vec![], &x.shape);
    Value { is_index: x.is_index, ..reversed }
}
