//! Functions of each number.

use chainrule_onnx::NodeProto;

use super::dense::{arithmetic, joined, scaled};
use super::messages::about;
use super::reader::{Found, Reader};
use super::settings::Settings;
use super::tensor::Tensor;
use super::value::{Form, Value};

/// An activation with its settings.
pub(super) fn activation(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let alpha = |usual: f64| node.number("alpha").unwrap_or(usual);
    let x = reader.operand(node, 0)?;
    let layer = match &*node.op_type {
        "LeakyRelu" => return leaky(reader, node, &x, alpha(0.01)),
        "PRelu" => {
            let slope = reader.weight(node, 1)?.only();
            let Some(slope) = slope else {
                return Err(about(node, "its slopes differ", "use one slope").into());
            };
            return leaky(reader, node, &x, slope);
        }
        "Elu" => return elu(reader, node, &x, alpha(1.0)),
        "Selu" => {
            let alpha = alpha(1.673_263_192_176_818_8);
            let gamma = node.number("gamma").unwrap_or(1.050_700_987_355_480_4);
            let y = elu(reader, node, &x, alpha)?;
            return times(reader, node, &y, gamma, 0.0);
        }
        "Celu" => {
            let alpha = alpha(1.0);
            let y = times(reader, node, &x, 1.0 / alpha, 0.0)?;
            let y = elu(reader, node, &y, 1.0)?;
            return times(reader, node, &y, alpha, 0.0);
        }
        "HardSigmoid" => {
            let (alpha, beta) = (alpha(0.2), node.number("beta").unwrap_or(0.5));
            return hard_sigmoid(reader, node, &x, alpha, beta);
        }
        "HardSwish" => {
            let x = written(reader, node, &x)?;
            let gate = hard_sigmoid(reader, node, &x, 1.0 / 6.0, 0.5)?;
            return joined(reader, node, x, gate, '*');
        }
        "Gelu" => match node.text("approximate").as_deref() {
            None | Some("none") => "Gelu",
            Some(_) => return tanh_gelu(reader, node, &x),
        },
        "Swish" if alpha(1.0) != 1.0 => {
            return Err(about(node, "its alpha is not 1", "use the default").into());
        }
        "Swish" => "Silu",
        "Neg" => return times(reader, node, &x, -1.0, 0.0),
        operator => operator,
    };
    reader.applied(node, &x, layer)
}

/// A value that has a line, so that it can be read twice.
fn written(reader: &mut Reader<'_>, node: &NodeProto, x: &Value) -> Found {
    let name = reader.name(node, x)?;
    Ok(Value { form: Form::Named(name), ..x.clone() })
}

fn times(reader: &mut Reader<'_>, node: &NodeProto, x: &Value, scale: f64, shift: f64) -> Found {
    let (scale, shift) = (Tensor::scalar(scale, false), Tensor::scalar(shift, false));
    scaled(reader, node, x, (&scale, &shift), "")
}

fn leaky(reader: &mut Reader<'_>, node: &NodeProto, x: &Value, slope: f64) -> Found {
    if !(0.0..=1.0).contains(&slope) {
        return Err(about(node, "its slope is not from 0 to 1", "use such a slope").into());
    }
    reader.applied(node, x, &format!("LeakyRelu({slope:?})"))
}

fn elu(reader: &mut Reader<'_>, node: &NodeProto, x: &Value, alpha: f64) -> Found {
    if !(alpha > 0.0 && alpha.is_finite()) {
        return Err(about(node, "its alpha is not above 0", "use such a number").into());
    }
    reader.applied(node, x, &format!("Elu({alpha:?})"))
}

/// `max(0, min(1, alpha·x + beta))`
fn hard_sigmoid(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    x: &Value,
    alpha: f64,
    beta: f64,
) -> Found {
    let x = Value { is_shared: true, ..x.clone() };
    let y = times(reader, node, &x, alpha, beta)?;
    clipped(reader, node, &y, 0.0, 1.0)
}

/// `x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))`
fn tanh_gelu(reader: &mut Reader<'_>, node: &NodeProto, x: &Value) -> Found {
    let x = written(reader, node, x)?;
    let square = joined(reader, node, x.clone(), x.clone(), '*')?;
    let root = (2.0 / std::f64::consts::PI).sqrt();
    let factor = times(reader, node, &square, 0.044_715 * root, root)?;
    let inner = joined(reader, node, factor, x.clone(), '*')?;
    let gate = reader.applied(node, &inner, "Tanh")?;
    let gate = times(reader, node, &gate, 0.5, 0.5)?;
    joined(reader, node, gate, x, '*')
}

/// `x²` or `x³`
pub(super) fn power(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let x = reader.operand(node, 0)?;
    let exponent = reader.constant(node, 1).and_then(Tensor::only);
    let x = written(reader, node, &x)?;
    match exponent {
        Some(1.0) => Ok(x),
        Some(2.0) => joined(reader, node, x.clone(), x, '*'),
        Some(3.0) => {
            let square = joined(reader, node, x.clone(), x.clone(), '*')?;
            joined(reader, node, square, x, '*')
        }
        _ => Err(about(node, "its exponent is not 1, 2 or 3", "use one of these").into()),
    }
}

/// `Clip`, or `Min` and `Max` with a constant.
pub(super) fn clip(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let (at, least, most) = match &*node.op_type {
        "Clip" => {
            let bound = |at: usize, name: &str, usual: f64| match reader.has(node, at) {
                true => reader.constant(node, at).and_then(Tensor::only),
                false => Some(node.number(name).unwrap_or(usual)),
            };
            (0, bound(1, "min", f64::NEG_INFINITY), bound(2, "max", f64::INFINITY))
        }
        operator => {
            let at = usize::from(reader.constant(node, 0).is_some());
            let bound = reader.constant(node, 1 - at).and_then(Tensor::only);
            match operator {
                _ if node.input.len() != 2 => (at, None, None),
                "Min" => (at, Some(f64::NEG_INFINITY), bound),
                _ => (at, bound, Some(f64::INFINITY)),
            }
        }
    };
    let (Some(least), Some(most)) = (least, most) else {
        let problem = match &*node.op_type {
            "Clip" => "its bounds are not constants",
            _ => "it does not compare one value with a number",
        };
        return Err(about(node, problem, "use constants").into());
    };
    let x = reader.operand(node, at)?;
    clipped(reader, node, &x, least, most)
}

fn clipped(reader: &mut Reader<'_>, node: &NodeProto, x: &Value, least: f64, most: f64) -> Found {
    // Bounds that no number of 32 bits exceeds.
    let (is_below, is_above) = (least < -3.4e38, most > 3.4e38);
    match (least, most) {
        (-1.0, 1.0) => reader.applied(node, x, "HardTanh"),
        _ if is_below && is_above => Ok(x.clone()),
        (_, most) if is_below => {
            let y = times(reader, node, x, -1.0, most)?;
            let y = reader.applied(node, &y, "Relu")?;
            times(reader, node, &y, -1.0, most)
        }
        (least, _) if is_above => {
            let y = times(reader, node, x, 1.0, -least)?;
            let y = reader.applied(node, &y, "Relu")?;
            times(reader, node, &y, 1.0, least)
        }
        (least, most) if least < most => {
            let (middle, half) = ((least + most) / 2.0, (most - least) / 2.0);
            let y = times(reader, node, x, 1.0 / half, -middle / half)?;
            let y = reader.applied(node, &y, "HardTanh")?;
            times(reader, node, &y, half, middle)
        }
        _ => Err(about(node, "its bounds leave no numbers", "use other bounds").into()),
    }
}

pub(super) fn dropout(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let ratio = match reader.has(node, 1) {
        true => reader.constant(node, 1).and_then(Tensor::only),
        false => Some(node.number("ratio").unwrap_or(0.5)),
    };
    let x = reader.operand(node, 0)?;
    match ratio {
        _ if matches!(x.form, Form::Scores(_)) => Ok(x),
        Some(ratio) if ratio > 0.0 && ratio < 1.0 => {
            reader.applied(node, &x, &format!("Dropout({ratio:?})"))
        }
        Some(_) => Ok(x),
        None => Err(about(node, "its ratio is not a constant", "use a constant").into()),
    }
}

/// A product, or an activation that is written as one.
pub(super) fn product(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    for (gate, x) in [(0, 1), (1, 0)] {
        let x = node.input.get(x).cloned().unwrap_or_default();
        let Some(found) = gated(reader, &x, node.input.get(gate).map_or("", |gate| gate)) else {
            continue;
        };
        if let Ok(value) = operand_named(reader, node, &x) {
            return reader.applied(node, &value, found);
        }
    }
    if let Some(x) = exact_gelu(reader, node) {
        let value = operand_named(reader, node, &x)?;
        return reader.applied(node, &value, "Gelu");
    }
    arithmetic(reader, node)
}

fn operand_named(reader: &Reader<'_>, node: &NodeProto, name: &str) -> Found {
    let at = NodeProto { input: vec![name.to_owned()], ..node.clone() };
    reader.operand(&at, 0)
}

/// The activation `x · gate`, if it is one.
fn gated(reader: &Reader<'_>, x: &str, gate: &str) -> Option<&'static str> {
    let node = reader.producers.get(gate)?;
    let of = node.input.first()?;
    match &*node.op_type {
        "Sigmoid" if of == x => Some("Silu"),
        "Tanh" => {
            let inner = reader.producers.get(&**of)?;
            (inner.op_type == "Softplus" && inner.input.first()? == x).then_some("Mish")
        }
        _ => None,
    }
}

/// The `x` of `x · (1 + erf(x / √2)) / 2`, whatever the order of its products.
fn exact_gelu(reader: &Reader<'_>, node: &NodeProto) -> Option<String> {
    let mut factor = 1.0;
    let mut leaves = Vec::new();
    let mut open = node.input.to_vec();
    while let Some(name) = open.pop() {
        if let Some(constant) = reader.constants.get(&*name) {
            factor *= constant.only()?;
            continue;
        }
        match reader.producers.get(&*name) {
            Some(inner) if inner.op_type == "Mul" && leaves.len() + open.len() < 3 => {
                open.extend(inner.input.iter().cloned());
            }
            _ => leaves.push(name),
        }
    }
    let [one, other] = &leaves[..] else { return None };
    let found = [(one, other), (other, one)]
        .into_iter()
        .find(|(x, gate)| erf_of(reader, gate).is_some_and(|of| of == **x));
    found.filter(|_| (factor - 0.5).abs() < 1e-6).map(|(x, _)| x.clone())
}

/// The `x` of `1 + erf(x / √2)`.
fn erf_of(reader: &Reader<'_>, gate: &str) -> Option<String> {
    let (erf, one) = with_constant(reader, gate, "Add")?;
    let erf = reader.producers.get(&*erf)?;
    let scaled = (erf.op_type == "Erf" && one == 1.0).then(|| erf.input.first())??;
    let (x, factor) = with_constant(reader, scaled, "Div")
        .map(|(x, root)| (x, 1.0 / root))
        .or_else(|| with_constant(reader, scaled, "Mul"))?;
    ((factor - std::f64::consts::FRAC_1_SQRT_2).abs() < 1e-6).then_some(x)
}

/// The operand of an operator, and its other one, which is a constant.
pub(super) fn with_constant(
    reader: &Reader<'_>,
    name: &str,
    operator: &str,
) -> Option<(String, f64)> {
    let node = reader.producers.get(name).filter(|node| node.op_type == operator)?;
    let constant = |at: usize| reader.constant(node, at).and_then(Tensor::only);
    match (constant(0), constant(1)) {
        (None, Some(constant)) => Some((node.input[0].clone(), constant)),
        (Some(constant), None) if operator != "Div" => Some((node.input[1].clone(), constant)),
        _ => None,
    }
}

/// The `x` of `Where(x < 0, x + rows, x)`, of indices: the library has none below 0.
fn counted_from_the_end(
    reader: &mut Reader<'_>,
    node: &NodeProto,
    test: Option<&NodeProto>,
) -> Option<Value> {
    let [_, yes, no] = &node.input[..] else { return None };
    let test = test.filter(|test| test.op_type == "Less" && test.input.first() == Some(no))?;
    let is_below_0 = reader.constant(test, 1).and_then(Tensor::only) == Some(0.0);
    let is_sum = with_constant(reader, yes, "Add").is_some_and(|(x, _)| x == *no);
    let value = reader.operand(node, 2).ok().filter(|_| is_below_0 && is_sum)?;
    let is_index = super::sequences::input(reader, &value).is_some_and(|input| input.is_integer);
    is_index.then_some(value)
}

/// A choice that models write for a softmax without sums, or for a softplus of large numbers.
pub(super) fn choice(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let [condition, yes, no] = &node.input[..] else {
        return Err(about(node, "it has no three operands", "export the model again").into());
    };
    let test = reader.producers.get(&**condition).copied();
    if let Some(test) = test
        && test.op_type == "IsNaN"
        && test.input.first() == Some(no)
        && reader.constants.get(&**yes).and_then(Tensor::only) == Some(0.0)
    {
        return reader.operand(node, 2);
    }
    if let Some(value) = counted_from_the_end(reader, node, test) {
        return Ok(value);
    }
    let soft = reader.producers.get(&**no).filter(|soft| soft.op_type == "Softplus");
    if let (Some(test), Some(soft)) = (test, soft)
        && test.op_type == "Greater"
        && soft.input.first() == Some(yes)
        && test.input.first() == Some(yes)
        && reader.constant(test, 1).and_then(Tensor::only).is_some_and(|bound| bound >= 20.0)
    {
        return reader.operand(node, 2);
    }
    super::attention::masked(reader, node)
}
