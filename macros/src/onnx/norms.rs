//! Normalizations.

use chainrule_onnx::NodeProto;

use super::dense::{owner, pending, scaled};
use super::elementwise::with_constant;
use super::messages::about;
use super::parameters::{Parameter, product};
use super::reader::{Found, Problem, Reader, rows};
use super::settings::Settings;
use super::tensor::Tensor;
use super::value::{Call, Form, Value};

/// What a variance is increased by in the library's normalizations.
const EPSILON: f64 = 1e-5;

/// With the running statistics of the file. Another `ε` is part of the variance.
pub(super) fn batch_norm(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    // Version 14 has a setting; before, outputs for the statistics of the batch say it.
    if node.is_set("training_mode") || node.output.iter().skip(1).any(|name| !name.is_empty()) {
        let problem = "it normalizes by the batch, as while training";
        let help = "export the model in evaluation mode: after `model.eval()`, without `training`";
        return Err(about(node, problem, help).into());
    }
    if node.integer("spatial") == Some(0) {
        return Err(about(node, "it is not one of channels", "export the model again").into());
    }
    let sizes = reader.in_order(node, &x)?;
    let Some(&channels) = sizes.first().filter(|_| sizes.len() <= 3) else {
        return Err(about(node, "it is not one of features, signals or images", "use those").into());
    };
    let more = node.number("epsilon").unwrap_or(EPSILON) - EPSILON;
    let mut parameters = Vec::new();
    for (at, field) in ["weight", "bias", "running_mean", "running_var"].into_iter().enumerate() {
        let mut values = reader.numbers(node, at + 1)?;
        if values.len() != channels {
            let problem =
                format!("its {field} has {} numbers for {channels} channels", values.len());
            return Err(about(node, &problem, "export the model again").into());
        }
        if field == "running_var" && more.abs() > 1e-9 {
            values.iter_mut().for_each(|variance| *variance += more);
            if values.iter().any(|&variance| variance < 0.0) {
                let problem = "its epsilon is below 0.00001, and a variance as well";
                return Err(about(node, problem, "use the default epsilon").into());
            }
        }
        parameters.push(Parameter { name: field.to_owned(), shape: vec![channels], values });
    }
    parameters.push(Parameter { name: "batches".to_owned(), shape: vec![1], values: vec![0.0] });
    let weight = parameters.remove(0);
    let shape = match &sizes[..] {
        [_, _] if x.is_signal && x.shape == sizes => sizes.clone(),
        [channels, length] => vec![*channels, 1, *length],
        _ => sizes.clone(),
    };
    let before = match shape.len() {
        2 => {
            let name = reader.name(node, &x)?;
            (name.clone(), name)
        }
        _ => reader.flow(node, &x, &shape)?,
    };
    let call = Call::Whole("BatchNorm".to_owned());
    let mut layer =
        pending(before, call, ("batch_norm", &node.input[1..]), (weight.shape, weight.values));
    (layer.is_innermost, layer.others) = (false, parameters);
    let is_signal = shape.len() == 2;
    // Its outputs are not scaled further: the layer learns its scale, and a scale after it is another.
    let value = Value { is_signal, ..Value::pending(layer, shape, x.layout.clone()) };
    let name = reader.name(node, &value)?;
    Ok(Value { form: Form::Named(name), ..value })
}

/// The operand of a normalization with another `ε`: `(s·x - μ) / √(s²·σ² + ε)`.
fn with_epsilon(reader: &mut Reader<'_>, node: &NodeProto, x: &Value, epsilon: f64) -> Found {
    if (epsilon - EPSILON).abs() <= 1e-9 {
        return Ok(x.clone());
    }
    if epsilon.is_nan() || epsilon <= 0.0 {
        return Err(about(node, "its epsilon is not above 0", "use the default").into());
    }
    let (scale, shift) =
        (Tensor::scalar((EPSILON / epsilon).sqrt(), false), Tensor::scalar(0.0, false));
    let x = Value { is_shared: true, ..x.clone() };
    scaled(reader, node, &x, (&scale, &shift), "")
}

/// A layer that normalizes the features of a sample or of each step, or a whole image.
fn normalised(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    x: &Value,
    (weight, bias): (Option<Tensor>, Option<Vec<f64>>),
    (axis, epsilon): (i64, f64),
    names: &[String],
) -> Found {
    let first = x.layout.axis(axis);
    let Some(first) = first else {
        return Err(about(node, "it has no such axis", "export the model again").into());
    };
    let axes: Vec<usize> = (first..x.layout.axes.len()).collect();
    let parts = x.layout.parts_of(&axes);
    let total = x.layout.pieces.len();
    let Some(from) = parts
        .filter(|parts| parts.iter().copied().eq(total - parts.len()..total))
        .map(|parts| total - parts.len())
    else {
        return Err(about(node, "it is not one of features or images", "normalize those").into());
    };
    let size = product(&x.layout.pieces[from..]);
    let whole = from == 0 && axes.len() == 3 && x.layout.sample().is_some();
    let shape = match whole {
        true => x.layout.dims()[first..].to_vec(),
        false => rows(&x.layout, from, size),
    };
    let weight = match weight {
        Some(weight) if weight.count() == size => weight.all().unwrap_or_default(),
        None => vec![1.0; size],
        Some(_) => {
            return Err(about(node, "its weight has another size", "export the model again").into());
        }
    };
    let x = with_epsilon(reader, node, x, epsilon)?;
    let before = reader.flow(node, &x, &shape)?;
    let of_weight = if whole { shape.clone() } else { vec![size] };
    let call = Call::Whole("LayerNorm".to_owned());
    let mut layer = pending(before, call, ("layer_norm", names), (of_weight, weight));
    layer.channels = size;
    layer.bias = ("bias", Some(bias.unwrap_or_else(|| vec![0.0; size])));
    Ok(Value::pending(layer, shape, x.layout.clone()))
}

pub(super) fn layer_norm(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let (x, weight) = (reader.operand(node, 0)?, reader.weight(node, 1)?);
    let bias = match reader.has(node, 2) {
        true => Some(reader.numbers(node, 2)?),
        false => None,
    };
    if node.output.iter().skip(1).any(|name| reader.uses.contains_key(&**name)) {
        return Err(about(node, "its mean is read", "read only what it normalizes").into());
    }
    let settings = (node.integer("axis").unwrap_or(-1), node.number("epsilon").unwrap_or(EPSILON));
    let value = normalised(reader, node, &x, (Some(weight), bias), settings, &node.input[1..])?;
    if let Form::Pending(layer) = &value.form
        && layer.bias.1.as_ref().is_some_and(|bias| bias.len() != layer.channels)
    {
        return Err(about(node, "its bias has another size", "export the model again").into());
    }
    Ok(value)
}

/// `(x - μ) / √(σ² + ε)`, which old versions write as that.
pub(super) fn written_out(reader: &mut Reader<'_>, node: &NodeProto) -> Option<Found> {
    let producer = |name: &str, operator: &str| {
        reader.producers.get(name).copied().filter(|node| node.op_type == operator)
    };
    let sub = producer(node.input.first()?, "Sub")?;
    let root = producer(node.input.get(1)?, "Sqrt")?;
    let (variance, epsilon) = with_constant(reader, root.input.first()?, "Add")?;
    let variance = producer(&variance, "ReduceMean")?;
    let square = reader.producers.get(&**variance.input.first()?)?;
    let centred = &square.input.first()?;
    let is_square = match &*square.op_type {
        "Mul" => square.input.get(1)? == *centred,
        "Pow" => reader.constant(square, 1).and_then(Tensor::only) == Some(2.0),
        _ => false,
    };
    let centred = producer(centred, "Sub")?;
    let mean = producer(sub.input.get(1)?, "ReduceMean")?;
    let axes = |node: &NodeProto| super::fold::axes(node, reader.constant(node, 1));
    let is_norm = is_square
        && centred.input == sub.input
        && mean.input.first() == sub.input.first()
        && axes(mean).is_some()
        && axes(mean) == axes(variance)
        && [mean, variance].iter().all(|node| node.integer("keepdims").unwrap_or(1) != 0);
    if !is_norm {
        return None;
    }
    let mut axes = axes(mean)?;
    let x = match reader.operand(sub, 0) {
        Ok(x) => x,
        Err(problem) => return Some(Err(problem)),
    };
    let rank = x.layout.axes.len() as i64;
    axes.iter_mut().for_each(|axis| *axis = if *axis < 0 { *axis + rank } else { *axis });
    axes.sort_unstable();
    let first = *axes.first()?;
    if !axes.iter().copied().eq(first..rank) {
        return None;
    }
    Some(normalised(reader, node, &x, (None, None), (first, epsilon), &[]))
}

/// Of each channel, or of groups of them: `GroupNorm`.
pub(super) fn instance_norm(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let (scale, bias) = (reader.numbers(node, 1)?, reader.numbers(node, 2)?);
    let sizes = reader.in_order(node, &x)?;
    let is_group = node.op_type == "GroupNormalization";
    let image: Vec<usize> = match &x.shape[..] {
        [_, _, _] => x.shape.clone(),
        [_, _] if x.is_signal => x.shape.clone(),
        _ => sizes.clone(),
    };
    let groups =
        if is_group { node.integer("num_groups").unwrap_or(1).max(1) as usize } else { sizes[0] };
    let (Some(&channels), true) = (image.first(), matches!(image.len(), 2 | 3)) else {
        return Err(about(node, "it is not one of images or signals", "use those").into());
    };
    if groups == 0 || !channels.is_multiple_of(groups) {
        return Err(
            about(node, "its groups do not divide the channels", "export the model again").into()
        );
    }
    let spread = |numbers: Vec<f64>| -> Result<Vec<f64>, Problem> {
        match numbers.len() {
            count if count == channels => Ok(numbers),
            count if count == groups => {
                Ok((0..channels).map(|at| numbers[at * groups / channels]).collect())
            }
            _ => Err(about(node, "its scale has another size", "export the model again").into()),
        }
    };
    let (scale, bias) = (spread(scale)?, spread(bias)?);
    let x = with_epsilon(reader, node, &x, node.number("epsilon").unwrap_or(EPSILON))?;
    let before = match x.is_signal && x.shape == image {
        true => {
            let name = reader.name(node, &x)?;
            (name.clone(), name)
        }
        false => reader.flow(node, &x, &image)?,
    };
    let call = Call::Whole(format!("GroupNorm({groups})"));
    let mut layer =
        pending(before, call, ("group_norm", &node.input[1..]), (vec![channels], scale));
    if reader.producers.contains_key(&*node.input[1]) || owner(&node.input[1]).is_empty() {
        layer.owner = String::new();
    }
    layer.is_innermost = false;
    layer.bias.1 = Some(bias);
    let is_signal = image.len() == 2;
    let value = Value { is_signal, ..Value::pending(layer, image, x.layout.clone()) };
    Ok(value)
}

/// `Scaler` of scikit-learn: `(x - offset) · scale`.
pub(super) fn scaler(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let list = |name: &str| {
        let values = node.numbers(name)?;
        Tensor::new(vec![values.len()], values, false)
    };
    let (Some(offset), Some(scale)) = (list("offset"), list("scale")) else {
        return Err(about(node, "it has no offset or scale", "export the model again").into());
    };
    let (one, zero) = (Tensor::scalar(1.0, false), Tensor::scalar(0.0, false));
    let x = scaled(reader, node, &x, (&one, &offset.map(|value| -value, false)), "")?;
    scaled(reader, node, &x, (&scale, &zero), "")
}
