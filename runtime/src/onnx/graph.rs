//! The rows of a network's graph to nodes.

use std::collections::HashMap;

use super::error::Error;
use super::place::Place;
use super::writer::{Value, Writer, int};
use super::{dense, images, sequences};
use crate::layers::{Graph, LayerInfo, Operation};

/// The nodes of a network; returns its outputs with their names.
pub(super) fn network(
    writer: &mut Writer,
    graph: &Graph,
    inputs: &[Value],
) -> Result<Vec<(String, Value)>, Error> {
    let values = rows(writer, graph, inputs, "")?;
    let side_by_side = graph.layers.iter().find(|row| row.operation == Operation::Outputs);
    let Some(row) = side_by_side else {
        let from = graph.layers.last().map_or(&[][..], |loss| loss.from);
        let value = from.first().and_then(|from| values.get(from)).or(inputs.first());
        let outputs = value.map(|value| {
            let value = writer.shaped(value, graph.output.sizes());
            ("output".to_owned(), value)
        });
        return Ok(outputs.into_iter().collect());
    };
    let outputs = row.from.iter().filter_map(|from| {
        let at = graph.layers.iter().position(|row| row.name == *from);
        let name = graph.values.iter().find(|(_, row)| Some(*row) == at);
        let name = name.map_or_else(|| format!("{from}.output"), |(name, _)| (*name).to_owned());
        Some((name, values.get(from)?.clone()))
    });
    Ok(outputs.collect())
}

/// The nodes of all rows; returns their values by name.
fn rows<'g>(
    writer: &mut Writer,
    graph: &'g Graph,
    inputs: &[Value],
    prefix: &str,
) -> Result<HashMap<&'g str, Value>, Error> {
    let names = graph.inputs.iter().map(|(name, _)| *name);
    let mut values: HashMap<&str, Value> = names.zip(inputs.iter().cloned()).collect();
    let mut several: HashMap<&str, Vec<Value>> = HashMap::new();
    for (at, row) in graph.layers.iter().enumerate() {
        let operands = row.from.iter().filter_map(|from| values.get(from).cloned());
        let operands = match row.from.first().and_then(|from| several.get(from)) {
            Some(operands) => operands.clone(),
            None => operands.collect(),
        };
        let (operation, tensors) = match row.operation {
            Operation::LossFunction => break,
            Operation::Again(name) => (operation_of(graph, name), name),
            operation => (operation, row.name),
        };
        if operation == Operation::Joined {
            several.insert(row.name, operands);
            continue;
        }
        let place = Place {
            name: format!("{prefix}{}", row.name),
            tensors: format!("{prefix}{tensors}"),
            output: graph.shape(at).sizes().to_vec(),
        };
        // The outputs side by side have no node of their own in a network.
        if operation == Operation::Outputs && prefix.is_empty() {
            continue;
        }
        let value = match operation {
            Operation::Sum => joined(writer, &place, "Add", &operands),
            Operation::Product => joined(writer, &place, "Mul", &operands),
            Operation::Concat | Operation::Outputs => concatenated(writer, &place, &operands),
            Operation::ConcatSteps => steps_concatenated(writer, &place, &operands),
            operation => match &operands[..] {
                [x, others @ ..] => layer(writer, &place, operation, row, (x, others))?,
                [] => continue,
            },
        };
        let value = writer.shaped(&value, &place.output);
        values.insert(row.name, value);
    }
    Ok(values)
}

/// What the layer with this name computes.
fn operation_of(graph: &Graph, name: &str) -> Operation {
    let row = graph.layers.iter().find(|row| row.name == name);
    row.map_or(Operation::Own, |row| row.operation)
}

/// The nodes of a layer, which reads other values besides the first if a row joins them.
fn layer(
    writer: &mut Writer,
    place: &Place,
    operation: Operation,
    row: &LayerInfo,
    (x, others): (&Value, &[Value]),
) -> Result<Value, Error> {
    if let Operation::Nested(inner) = operation {
        return layer_of_layers(writer, place, inner, x);
    }
    let value = dense::layer(writer, place, operation, x)
        .or_else(|| images::layer(writer, place, operation, x))
        .or_else(|| sequences::layer(writer, place, operation, (x, others)));
    value.ok_or_else(|| Error::OwnLayer { name: place.name.clone(), layer: row.layer })
}

/// A layer that consists of others. A sequence goes through it step by step, as rows of the batch.
fn layer_of_layers(
    writer: &mut Writer,
    place: &Place,
    graph: &Graph,
    x: &Value,
) -> Result<Value, Error> {
    let inputs = match graph.input_shapes {
        [shape] => vec![writer.shaped(x, shape.sizes())],
        shapes => {
            let sizes: Vec<usize> = shapes.iter().map(|shape| shape.features()).collect();
            let flat = writer.shaped(x, &[sizes.iter().sum()]);
            let lengths: Vec<i64> = sizes.iter().map(|&size| size as i64).collect();
            let lengths = writer.integers(&place.inner("sizes"), &lengths);
            let flats: Vec<Vec<usize>> = sizes.iter().map(|&size| vec![size]).collect();
            let inputs = [&*flat.name, &lengths];
            let parts = writer.parts(
                &place.inner("inputs"),
                "Split",
                &inputs,
                vec![int("axis", 1)],
                &flats,
            );
            let parts = parts.iter().zip(shapes);
            parts.map(|(part, shape)| writer.shaped(part, shape.sizes())).collect()
        }
    };
    let values = rows(writer, graph, &inputs, &format!("{}.", place.tensors))?;
    // A network ends with its loss.
    let last = match graph.layers {
        [.., row, loss] if loss.operation == Operation::LossFunction => Some(row.name),
        [.., row] if row.operation != Operation::LossFunction => Some(row.name),
        _ => None,
    };
    let value = last.and_then(|last| values.get(last)).unwrap_or(&inputs[0]);
    Ok(value.clone())
}

/// A sum or a product.
fn joined(writer: &mut Writer, place: &Place, operator: &str, operands: &[Value]) -> Value {
    let operands: Vec<Value> =
        operands.iter().map(|operand| writer.shaped(operand, &place.output)).collect();
    let names: Vec<&str> = operands.iter().map(|operand| &*operand.name).collect();
    writer.node(&place.name, operator, &names, vec![], &place.output)
}

/// The operands one after the other: flat, or images by their channels.
fn concatenated(writer: &mut Writer, place: &Place, operands: &[Value]) -> Value {
    let are_images = operands.iter().all(|operand| {
        operand.shape.len() == place.output.len() && operand.shape[1..] == place.output[1..]
    });
    let operands: Vec<Value> = operands
        .iter()
        .map(|operand| match are_images {
            true => operand.clone(),
            false => writer.shaped(operand, &[operand.shape.iter().product()]),
        })
        .collect();
    let names: Vec<&str> = operands.iter().map(|operand| &*operand.name).collect();
    let shape = match are_images {
        true => place.output.clone(),
        false => vec![place.output.iter().product()],
    };
    writer.node(&place.name, "Concat", &names, vec![int("axis", 1)], &shape)
}

/// The features of each step one after the other.
fn steps_concatenated(writer: &mut Writer, place: &Place, operands: &[Value]) -> Value {
    let time = place.output[0];
    let operands: Vec<Value> = operands
        .iter()
        .map(|operand| {
            let features = operand.shape.iter().product::<usize>() / time;
            writer.shaped(operand, &[time, features])
        })
        .collect();
    let names: Vec<&str> = operands.iter().map(|operand| &*operand.name).collect();
    writer.node(&place.name, "Concat", &names, vec![int("axis", 2)], &place.output)
}
