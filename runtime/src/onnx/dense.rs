//! Activations, and layers of features.

use super::place::Place;
use super::writer::{Value, Writer, float, int};
use crate::kernels::NORMALISATION_EPSILON;
use crate::layers::{Operation, Shape};

/// The nodes of an operation on numbers or features; `None` for another one.
pub(super) fn layer(
    writer: &mut Writer,
    place: &Place,
    operation: Operation,
    x: &Value,
) -> Option<Value> {
    let (operator, attributes) = match operation {
        Operation::ReluLayer => ("Relu", vec![]),
        Operation::LeakyReluLayer(relu) => ("LeakyRelu", vec![float("alpha", relu.slope())]),
        Operation::EluLayer(elu) => ("Elu", vec![float("alpha", elu.alpha())]),
        Operation::SoftplusLayer => ("Softplus", vec![]),
        Operation::SigmoidLayer => ("Sigmoid", vec![]),
        Operation::TanhLayer => ("Tanh", vec![]),
        Operation::HardTanhLayer => return Some(hard_tanh(writer, place, x)),
        Operation::GeluLayer => return Some(gelu(writer, place, x)),
        Operation::SiluLayer => return Some(gated(writer, place, x, &["Sigmoid"])),
        Operation::MishLayer => return Some(gated(writer, place, x, &["Softplus", "Tanh"])),
        Operation::DropoutLayer => return Some(x.clone()),
        Operation::AffineLayer { inputs, outputs } => {
            return affine(writer, place, x, (inputs, outputs));
        }
        Operation::BatchNormLayer(shape) => return batch_norm(writer, place, x, &shape),
        Operation::LayerNormLayer(shape) => return layer_norm(writer, place, x, &shape),
        Operation::StandardiseLayer(features) => return standardise(writer, place, x, features),
        _ => return None,
    };
    Some(writer.node(&place.name, operator, &[&x.name], attributes, &x.shape))
}

/// `min(max(x, -1), 1)`
fn hard_tanh(writer: &mut Writer, place: &Place, x: &Value) -> Value {
    let (least, most) = (writer.number(-1.0), writer.number(1.0));
    writer.node(&place.name, "Clip", &[&x.name, &least, &most], vec![], &x.shape)
}

/// `x/2 · (1 + erf(x / √2))`; an operator for it came with version 20.
fn gelu(writer: &mut Writer, place: &Place, x: &Value) -> Value {
    let root = writer.number(core::f32::consts::SQRT_2);
    let (one, half) = (writer.number(1.0), writer.number(0.5));
    let shape = &x.shape;
    let scaled = writer.node(&place.inner("scaled"), "Div", &[&x.name, &root], vec![], shape);
    let erf = writer.node(&place.inner("erf"), "Erf", &[&scaled.name], vec![], shape);
    let sum = writer.node(&place.inner("gate"), "Add", &[&erf.name, &one], vec![], shape);
    let product = writer.node(&place.inner("gated"), "Mul", &[&x.name, &sum.name], vec![], shape);
    writer.node(&place.name, "Mul", &[&product.name, &half], vec![], shape)
}

/// `x · f(x)` for functions one after the other.
fn gated(writer: &mut Writer, place: &Place, x: &Value, functions: &[&str]) -> Value {
    let gate = functions.iter().fold(x.clone(), |value, function| {
        let name = place.inner(&function.to_lowercase());
        writer.node(&name, function, &[&value.name], vec![], &x.shape)
    });
    writer.node(&place.name, "Mul", &[&x.name, &gate.name], vec![], &x.shape)
}

/// `x·W + b`, of each step for a sequence.
fn affine(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    (inputs, outputs): (usize, usize),
) -> Option<Value> {
    let weight = writer.weight(&place.tensor("weight"))?;
    let bias = writer.weight(&place.tensor("bias"));
    let is_of_steps = x.shape.len() > 1 && x.shape.last() == Some(&inputs);
    if !is_of_steps {
        let x = writer.shaped(x, &[inputs]);
        let operands: Vec<&str> = [&*x.name, &weight].into_iter().chain(bias.as_deref()).collect();
        return Some(writer.node(&place.name, "Gemm", &operands, vec![], &[outputs]));
    }
    let mut shape = x.shape.clone();
    *shape.last_mut()? = outputs;
    Some(projected(writer, place, x, (&weight, bias.as_deref()), &shape))
}

/// `x·W + b` for the last axis.
pub(super) fn projected(
    writer: &mut Writer,
    place: &Place,
    x: &Value,
    (weight, bias): (&str, Option<&str>),
    shape: &[usize],
) -> Value {
    let Some(bias) = bias else {
        return writer.node(&place.name, "MatMul", &[&x.name, weight], vec![], shape);
    };
    let name = place.inner("product");
    let product = writer.node(&name, "MatMul", &[&x.name, weight], vec![], shape);
    writer.node(&place.name, "Add", &[&product.name, bias], vec![], shape)
}

/// With the running statistics.
fn batch_norm(writer: &mut Writer, place: &Place, x: &Value, shape: &Shape) -> Option<Value> {
    let sizes = shape.sizes();
    // The channels of a signal have one axis after them.
    let is_signal = sizes.len() == 3 && x.shape.len() == 2 && x.shape[0] == sizes[0];
    let x = if is_signal { x.clone() } else { writer.shaped(x, sizes) };
    let fields = ["weight", "bias", "running_mean", "running_var"];
    let mut operands = vec![x.name.clone()];
    for field in fields {
        operands.push(writer.weight(&place.tensor(field))?);
    }
    let operands: Vec<&str> = operands.iter().map(String::as_str).collect();
    let epsilon = float("epsilon", NORMALISATION_EPSILON);
    Some(writer.node(&place.name, "BatchNormalization", &operands, vec![epsilon], &x.shape))
}

/// Of the last axis, or of a whole image.
fn layer_norm(writer: &mut Writer, place: &Place, x: &Value, shape: &Shape) -> Option<Value> {
    let sizes = shape.sizes();
    let x = if x.shape.ends_with(sizes) { x.clone() } else { writer.shaped(x, sizes) };
    let weight = writer.weight(&place.tensor("weight"))?;
    let bias = writer.weight(&place.tensor("bias"))?;
    let axis = int("axis", -(sizes.len() as i64));
    let attributes = vec![axis, float("epsilon", NORMALISATION_EPSILON)];
    let operands = [&*x.name, &weight, &bias];
    Some(writer.node(&place.name, "LayerNormalization", &operands, attributes, &x.shape))
}

/// `(x - mean) / std`
fn standardise(writer: &mut Writer, place: &Place, x: &Value, features: usize) -> Option<Value> {
    let x =
        if x.shape.last() == Some(&features) { x.clone() } else { writer.shaped(x, &[features]) };
    let mean = writer.weight(&place.tensor("mean"))?;
    let std = writer.weight(&place.tensor("std"))?;
    let name = place.inner("centred");
    let centred = writer.node(&name, "Sub", &[&x.name, &mean], vec![], &x.shape);
    Some(writer.node(&place.name, "Div", &[&centred.name, &std], vec![], &x.shape))
}
