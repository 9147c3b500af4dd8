//! Products with weights, and numbers that are added or multiplied.

use chainrule_onnx::NodeProto;

use super::layout::Piece;
use super::messages::{self, about};
use super::parameters::{Parameter, product as count, transposed};
use super::reader::{Found, Problem, Reader, rows};
use super::settings::Settings;
use super::tensor::Tensor;
use super::value::{Call, Form, Pending, Value};

/// The owner of a weight: `fc1` of `fc1.weight`.
pub(super) fn owner(name: &str) -> String {
    name.rsplit_once('.').map_or("", |(owner, _)| owner).to_owned()
}

/// A layer of one parameter after a line, whose outputs are scaled together.
pub(super) fn pending(
    (from, flow): (String, String),
    call: Call,
    (prefix, names): (&'static str, &[String]),
    weight: (Vec<usize>, Vec<f64>),
) -> Pending {
    let channels = *weight.0.last().unwrap_or(&1);
    Pending {
        from: vec![from],
        flow,
        call,
        owner: names.first().map(|name| owner(name)).unwrap_or_default(),
        prefix,
        key: names.join(" "),
        weight: Parameter { name: "weight".to_owned(), shape: weight.0, values: weight.1 },
        channels,
        inner: 1,
        is_innermost: true,
        bias: ("bias", None),
        others: Vec::new(),
    }
}

/// `x·W` of the innermost axis.
pub(super) fn affine(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    x: &Value,
    weight: Tensor,
    names: &[String],
) -> Found {
    let [inputs, outputs] = weight.shape[..] else {
        return Err(about(node, "its weight is not a matrix", "export the model again").into());
    };
    let last = x.layout.axes.len() - 1;
    let merged = x.layout.merged();
    if merged.axes[last][..] == [Piece::Part(0)]
        && merged.pieces.len() > 1
        && merged.pieces[0] == inputs
    {
        return over_channels(reader, node, &x.with_layout(merged), (&weight, names));
    }
    let places = x.layout.innermost_places(last).filter(|_| x.layout.dims()[last] == inputs);
    let Some((from, places)) = places else {
        let problem = format!(
            "it multiplies an axis of {} numbers, which are not {inputs} features of a sample or step, \
             or channels",
            messages::size(x.layout.dims()[last])
        );
        return Err(about(node, &problem, "multiply features").into());
    };
    let shape = rows(&x.layout, from, outputs);
    let layout = x.layout.with_innermost(last, from, outputs);
    let Some(values) = weight.all() else {
        return Err(about(node, "its weight is absurdly large", "export it again").into());
    };
    // The rows of the weight in the order of the library, if the axis has another.
    let is_in_order = places.iter().copied().eq(0..inputs);
    let values: Vec<f64> = match is_in_order {
        true => values,
        false => places.iter().flat_map(|at| &values[at * outputs..][..outputs]).copied().collect(),
    };
    if !is_in_order {
        let before = reader.flow(node, x, &rows(&x.layout, from, inputs))?;
        let layer = pending(before, Call::Affine, ("affine", names), (weight.shape, values));
        return Ok(Value::pending(layer, shape, layout));
    }
    if let Some(value) = super::attention::projected(x, (&weight.shape, &values), names, &layout) {
        return Ok(value);
    }
    let before = reader.flow(node, x, &rows(&x.layout, from, inputs))?;
    let layer = pending(before, Call::Affine, ("affine", names), (weight.shape, values));
    Ok(Value::pending(layer, shape, layout))
}

/// `x·W` of the outermost axis of a sample, which the model has last: a convolution with kernels of one place.
fn over_channels(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    x: &Value,
    (weight, names): (&Tensor, &[String]),
) -> Found {
    let (inputs, outputs) = (weight.shape[0], weight.shape[1]);
    let last = x.layout.axes.len() - 1;
    let (Some(values), Some(layout)) = (weight.all(), x.layout.with_size(last, outputs, false))
    else {
        return Err(about(node, "its weight is absurdly large", "export it again").into());
    };
    let area = match &x.shape[..] {
        [channels, height, width] if *channels == inputs => vec![*height, *width],
        _ => vec![1, x.features() / inputs],
    };
    let image = |channels: usize| [&[channels], &area[..]].concat();
    let before = reader.flow(node, x, &image(inputs))?;
    let call = Call::Open(format!("Conv2d({outputs}, 1"));
    let shape = vec![outputs, inputs, 1, 1];
    let weight = (shape, transposed(&values, inputs, outputs));
    let mut layer = pending(before, call, ("conv", names), weight);
    (layer.channels, layer.inner, layer.is_innermost) = (outputs, inputs, false);
    Ok(Value::pending(layer, image(outputs), layout))
}

/// `x·W`, or the products of an attention.
pub(super) fn product(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    match reader.constant(node, 1).cloned() {
        Some(weight) => affine(reader, node, &x, weight, &node.input[1..2]),
        None => super::attention::product(reader, node, &x),
    }
}

/// `alpha · x·W + beta · b`
pub(super) fn gemm(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    if node.is_set("transA") {
        return Err(about(node, "its input is transposed", "export the model again").into());
    }
    let (mut weight, x) = (reader.weight(node, 1)?, reader.operand(node, 0)?);
    let [inputs, outputs] = weight.shape[..] else {
        return Err(about(node, "its weight is not a matrix", "export the model again").into());
    };
    if node.is_set("transB") {
        let values = transposed(&reader.numbers(node, 1)?, inputs, outputs);
        let shape = vec![outputs, inputs];
        weight = Tensor::new(shape, values, false).ok_or_else(String::new)?;
    }
    let outputs = weight.shape[1];
    let (alpha, beta) = (node.number("alpha").unwrap_or(1.0), node.number("beta").unwrap_or(1.0));
    let weight = weight.map(|value| alpha * value, false);
    let value = affine(reader, node, &x, weight, &node.input[1..])?;
    if !reader.has(node, 2) {
        return Ok(value);
    }
    let bias = reader.weight(node, 2)?.map(|value| beta * value, false);
    let fits = bias.shape.iter().rev().skip(1).all(|&size| size == 1)
        && matches!(bias.shape.last(), None | Some(1))
        || bias.count() == outputs && bias.shape.last() == Some(&outputs);
    if !fits {
        return Err(about(node, "its summand is not a bias", "export the model again").into());
    }
    let bias: Vec<f64> =
        (0..outputs).map(|at| bias.at(if bias.count() == 1 { 0 } else { at })).collect();
    match value.layer() {
        Some(layer) => Ok(Value { form: Form::Pending(layer.shifted(&bias).into()), ..value }),
        None => Err(about(node, "its bias cannot be added", "export the model again").into()),
    }
}

/// The numbers of a constant for each feature of a sample; `None` if they differ between samples or
/// would add axes.
fn along(value: &Value, constant: &Tensor) -> Option<Vec<f64>> {
    if let Some(only) = constant.only() {
        return Some(vec![only; value.features()]);
    }
    let dims = value.layout.dims();
    let missing = dims.len().checked_sub(constant.shape.len())?;
    let fits =
        constant.shape.iter().zip(&dims[missing..]).enumerate().all(|(at, (&size, &dim))| {
            let is_batch = value.layout.parts_of(&[at + missing]).is_none();
            size == 1 || size == dim && !is_batch
        });
    fits.then(|| value.layout.places().map(|places| constant.broadcast(&places)).collect())
}

/// `scale · x + shift`, with constants.
pub(super) fn scaled(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    value: &Value,
    (scale, shift): (&Tensor, &Tensor),
    name: &str,
) -> Found {
    let rows = shift.count();
    if let Form::Scores(scores) = &value.form {
        return super::attention::scaled(node, value, scores, (scale, shift))
            .map_err(Problem::Message);
    }
    let (Some(scale), Some(shift)) = (along(value, scale), along(value, shift)) else {
        let problem = format!(
            "its constant does not fit values of shape {}",
            messages::shape(&value.layout.dims())
        );
        return Err(about(node, &problem, "use one that is the same for all samples").into());
    };
    if scale.iter().all(|&scale| scale == 1.0) && shift.iter().all(|&shift| shift == 0.0) {
        return Ok(value.clone());
    }
    if let Some(layer) = value.layer()
        && let (Some(scale), Some(shift)) = (layer.of_channels(&scale), layer.of_channels(&shift))
    {
        let mut layer = layer.as_ref().clone();
        if scale.iter().any(|&scale| scale != 1.0) {
            layer = layer.scaled(&scale);
        }
        if shift.iter().any(|&shift| shift != 0.0) {
            layer = layer.shifted(&shift);
        }
        if !name.is_empty() {
            // The name of a product's weight is often made up; that of the bias is not.
            let owner = owner(name);
            if !owner.is_empty() && (layer.owner.is_empty() || layer.owner.starts_with("onnx")) {
                layer.owner = owner;
            }
            layer.key = format!("{} {name}", layer.key);
        }
        return Ok(Value { form: Form::Pending(layer.into()), ..value.clone() });
    }
    let is_table = scale.iter().all(|&scale| scale == 1.0)
        && value.shape.len() == 2
        && !value.is_signal
        && rows == value.features()
        && owner_of_table(reader, name)
        && value.layout.sample().is_some();
    if is_table {
        let before = reader.flow(node, value, &value.shape.clone())?;
        let weight = (value.shape.clone(), shift);
        let layer = pending(
            before,
            Call::Whole("Positions".to_owned()),
            ("positions", &[name.to_owned()]),
            weight,
        );
        let layer = Pending { owner: String::new(), ..layer };
        // It adds to what is before it: its outputs cannot be scaled.
        let sum = Value::pending(layer, value.shape.clone(), value.layout.clone());
        let name = reader.name(node, &sum)?;
        return Ok(Value { form: Form::Named(name), ..sum });
    }
    let (of, scale, shift) = match &value.form {
        Form::Scaled { of, scale: before, shift: added } if !value.is_shared => {
            let product = scale.iter().zip(before).map(|(a, b)| a * b).collect();
            let sum = scale.iter().zip(added).zip(&shift).map(|((a, b), c)| a * b + c).collect();
            (of.clone(), product, sum)
        }
        _ => (reader.name(node, value)?, scale, shift),
    };
    Ok(Value { form: Form::Scaled { of, scale, shift }, is_shared: false, ..value.clone() })
}

/// Whether a constant is a parameter: its name is not made up.
fn owner_of_table(reader: &Reader<'_>, name: &str) -> bool {
    reader.producers.get(name).is_none_or(|node| node.op_type == "Gather") && !name.is_empty()
}

/// A sum, difference, product or quotient.
pub(super) fn arithmetic(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    if reader.version < 7 && node.integer("axis").is_some() {
        let problem = "it aligns its operands by `axis`, as before version 7 of the operators";
        return Err(about(node, problem, "export the model with a newer version").into());
    }
    let (one, zero) = (Tensor::scalar(1.0, false), Tensor::scalar(0.0, false));
    let minus = Tensor::scalar(-1.0, false);
    let (left, right) = (reader.constant(node, 0).cloned(), reader.constant(node, 1).cloned());
    let at = usize::from(left.is_some());
    let name = node.input.get(1 - at).cloned().unwrap_or_default();
    let operator = &*node.op_type;
    let constant = match left.or(right) {
        Some(constant) => constant,
        None => {
            let (left, right) = (reader.operand(node, 0)?, reader.operand(node, 1)?);
            return match operator {
                "Add" => joined(reader, node, left, right, '+'),
                "Mul" => joined(reader, node, left, right, '*'),
                "Sub" => {
                    let right = Value { is_shared: true, ..right };
                    let right = scaled(reader, node, &right, (&minus, &zero), "")?;
                    joined(reader, node, left, right, '+')
                }
                _ => Err(about(node, "it divides by a value", "divide by a constant").into()),
            };
        }
    };
    let x = reader.operand(node, at)?;
    match (operator, at) {
        ("Add", _) => scaled(reader, node, &x, (&one, &constant), &name),
        ("Mul", _) => scaled(reader, node, &x, (&constant, &zero), &name),
        ("Sub", 0) => scaled(reader, node, &x, (&one, &constant.map(|value| -value, false)), ""),
        ("Sub", _) => scaled(reader, node, &x, (&minus, &constant), ""),
        ("Div", 0) => {
            scaled(reader, node, &x, (&constant.map(|value| 1.0 / value, false), &zero), "")
        }
        _ => Err(about(node, "it divides by a value", "divide by a constant").into()),
    }
}

/// A sum or product of two values.
pub(super) fn joined(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    left: Value,
    right: Value,
    sign: char,
) -> Found {
    let (left, right) =
        (enlarged(reader, node, &left, &right)?, enlarged(reader, node, &right, &left)?);
    let (one, other) = (left.layout.merged(), right.layout.merged());
    let are_same = one == other
        || one.dims() == other.dims() && one.sample().is_some() && other.sample().is_some();
    if !are_same {
        let problem =
            format!("its operands have the shapes {} and {}", shown(&left), shown(&right));
        return Err(about(
            node,
            &problem,
            "join values of the same shape, with axes in the same order",
        )
        .into());
    }
    let name = reader.name(node, &left)?;
    let (from, flow) = match left.shape == right.shape && left.is_signal == right.is_signal {
        true => {
            let name = reader.name(node, &right)?;
            (name.clone(), name)
        }
        false if left.is_signal => {
            return joined(reader, node, right, Value { is_signal: false, ..left }, sign);
        }
        false => {
            let (from, flow) = reader.flow(node, &right, &left.shape)?;
            let shaped = reader.line(&[from], flow);
            (shaped.clone(), shaped)
        }
    };
    let text = format!("({name} {sign} {flow})");
    let name = reader.line(&[name, from], text);
    Ok(Value { form: Form::Named(name), is_shared: false, ..left })
}

/// The shape of a value in the model.
fn shown(value: &Value) -> String {
    messages::shape(&value.layout.dims())
}

/// A value with some neighbouring axes of length 1, such as an image of 1 × 1, in the size of another one.
fn enlarged(reader: &mut Reader<'_>, node: &NodeProto, value: &Value, other: &Value) -> Found {
    let (Some(one), Some(wanted)) = (value.layout.sample(), other.layout.sample()) else {
        return Ok(value.clone());
    };
    match (&one[..], &wanted[..]) {
        ([channels, 1, 1], [same, height, width])
            if channels == same && (*height, *width) != (1, 1) =>
        {
            let layer = format!("Upsample(({height}, {width}))");
            let name = reader.layered(node, value, &one, &layer)?;
            Ok(super::reader::sample(value, name, wanted))
        }
        _ => repeated(reader, node, value, (&one, &wanted)),
    }
}

/// The same for axes that no image has: rows of an image of one column each.
fn repeated(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    value: &Value,
    (one, wanted): (&[usize], &[usize]),
) -> Found {
    let differs = |at: &usize| one[*at] != wanted[*at];
    let all = || 0..wanted.len().min(one.len());
    let (Some(first), Some(last)) = (all().find(differs), all().rfind(differs)) else {
        return Ok(value.clone());
    };
    let is_one = one[first..=last].iter().all(|&size| size == 1);
    if one.len() != wanted.len() || !is_one {
        return Ok(value.clone());
    }
    let (before, after) = (count(&one[..first]), count(&one[last + 1..]));
    let rows = count(&wanted[first..=last]);
    let layer = format!("Upsample(({rows}, 1))");
    let name = reader.layered(node, value, &[before, 1, after], &layer)?;
    let image = super::reader::sample(value, name, vec![before, rows, after]);
    let shape = match wanted.len() {
        1..=3 => wanted.to_vec(),
        _ => vec![count(wanted)],
    };
    let (from, flow) = reader.flow(node, &image, &shape)?;
    let name = if from == flow { from } else { reader.line(&[from], flow) };
    Ok(Value {
        layout: value.layout.of_samples(wanted),
        ..super::reader::sample(value, name, shape)
    })
}
