//! Padded sequences: the lengths of the samples are an input, and steps beyond them have no influence.

use super::place::Place;
use super::writer::{Value, Writer, int, ints};
use crate::layers::{Operation, Sequence};

/// The nodes of an operation on a padded sequence; `None` for another one.
pub(super) fn layer(
    writer: &mut Writer,
    place: &Place,
    operation: Operation,
    x: &Value,
    lengths: &Value,
) -> Option<Value> {
    Some(match operation {
        Operation::LastLayer(steps) => last(writer, place, x, lengths, steps),
        Operation::MeanLayer(steps) => mean(writer, place, x, lengths, steps),
        Operation::MaxLayer(steps) => max(writer, place, x, lengths, steps),
        Operation::ReverseLayer(steps) => reverse(writer, place, x, lengths, steps),
        _ => return None,
    })
}

/// An input with 0 in place of the steps beyond the lengths, whatever it contains: also indices that the
/// table of an embedding does not have.
pub(super) fn cleared(writer: &mut Writer, x: &Value, lengths: &Value, steps: usize) -> Value {
    let place = Place {
        name: format!("{}.padded", x.name),
        tensors: String::new(),
        output: x.shape.clone(),
    };
    let mut shape = vec![1; x.shape.len()];
    shape[0] = steps;
    let within = within(writer, &place, lengths, &shape);
    let zero = match x.is_index {
        true => writer.index(0),
        false => writer.number(0.0),
    };
    let operands = [&*within.name, &x.name, &zero];
    let cleared = writer.node(&place.name, "Where", &operands, vec![], &x.shape);
    Value { is_index: x.is_index, ..cleared }
}

/// Whether each step is within the length, in a shape in which only the steps have an axis of their own.
pub(super) fn within(
    writer: &mut Writer,
    place: &Place,
    lengths: &Value,
    shape: &[usize],
) -> Value {
    let time: usize = shape.iter().product();
    let steps: Vec<i64> = (0..time as i64).collect();
    let steps = writer.integers(&format!("steps.{time}"), &steps);
    let column = column(writer, place, lengths);
    let operands = [&*steps, &column.name];
    let within = writer.node(&place.inner("within"), "Less", &operands, vec![], &[time]);
    writer.shaped(&within, shape)
}

/// The lengths with an axis after that of the samples.
fn column(writer: &mut Writer, place: &Place, lengths: &Value) -> Value {
    let axis = writer.integers("axis.1", &[1]);
    let operands = [&*lengths.name, &axis];
    writer.node(&place.inner("lengths"), "Unsqueeze", &operands, vec![], &[1])
}

fn last(writer: &mut Writer, place: &Place, x: &Value, lengths: &Value, steps: Sequence) -> Value {
    let x = writer.sequence(x, steps);
    let column = column(writer, place, lengths);
    let one = writer.index(1);
    let operands = [&*column.name, &one];
    let at = writer.node(&place.inner("step"), "Sub", &operands, vec![], &[1]);
    let attributes = vec![int("batch_dims", 1)];
    writer.node(&place.name, "GatherND", &[&x.name, &at.name], attributes, &[steps.features])
}

/// The steps, with a number in place of those beyond the lengths.
fn replaced(
    writer: &mut Writer,
    place: &Place,
    (x, steps): (&Value, Sequence),
    lengths: &Value,
    number: &str,
) -> Value {
    let x = writer.sequence(x, steps);
    let within = within(writer, place, lengths, &[steps.time, 1]);
    let operands = [&*within.name, &x.name, number];
    writer.node(&place.inner("replaced"), "Where", &operands, vec![], &x.shape)
}

fn mean(writer: &mut Writer, place: &Place, x: &Value, lengths: &Value, steps: Sequence) -> Value {
    let zero = writer.number(0.0);
    let x = replaced(writer, place, (x, steps), lengths, &zero);
    let axis = writer.integers("axis.1", &[1]);
    let (shape, operands) = ([steps.features], [&*x.name, &axis]);
    let attributes = vec![int("keepdims", 0)];
    let sum = writer.node(&place.inner("sum"), "ReduceSum", &operands, attributes, &shape);
    let column = column(writer, place, lengths);
    let count = writer.as_numbers(&column);
    writer.node(&place.name, "Div", &[&sum.name, &count.name], vec![], &shape)
}

fn max(writer: &mut Writer, place: &Place, x: &Value, lengths: &Value, steps: Sequence) -> Value {
    let least = writer.number(f32::NEG_INFINITY);
    let x = replaced(writer, place, (x, steps), lengths, &least);
    let attributes = vec![ints("axes", [1]), int("keepdims", 0)];
    writer.node(&place.name, "ReduceMax", &[&x.name], attributes, &[steps.features])
}

/// The steps within the lengths from the last to the first; those beyond them stay where they are.
fn reverse(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    lengths: &Value,
    steps: Sequence,
) -> Value {
    let x = writer.sequence(x, steps);
    let operands = [&*x.name, &lengths.name];
    let attributes = vec![int("batch_axis", 0), int("time_axis", 1)];
    writer.node(&place.name, "ReverseSequence", &operands, attributes, &x.shape)
}
