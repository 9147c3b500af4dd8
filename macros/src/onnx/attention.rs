//! The products of an attention, which models write out.

use std::rc::Rc;

use chainrule_onnx::NodeProto;

use super::layout::{Layout, Piece};
use super::messages::about;
use super::parameters::{Parameter, product as count};
use super::reader::{Found, Reader};
use super::settings::Settings;
use super::tensor::Tensor;
use super::value::{Call, Form, Pending, Scores, Value};

const HELP: &str =
    "let queries, keys and values be projections of sequences, with heads of equal width";

/// The axes of a matrix of each head: samples and heads, and what is before the last two axes.
struct Heads {
    heads: usize,
    rows: Piece,
    columns: Piece,
    leading: Vec<Piece>,
}

/// Finds the heads of a projection; `rows` and `columns` are its last two axes.
fn heads(layout: &Layout) -> Option<Heads> {
    let rank = layout.axes.len();
    let [rows] = layout.axes[rank.checked_sub(2)?][..] else { return None };
    let [columns] = layout.axes[rank - 1][..] else { return None };
    let leading: Vec<Piece> = layout.axes[..rank - 2].iter().flatten().copied().collect();
    let heads = match leading[..] {
        [Piece::Batch] => 1,
        [Piece::Batch, Piece::Part(1)] | [Piece::Part(1), Piece::Batch] => layout.pieces[1],
        _ => return None,
    };
    Some(Heads { heads, rows, columns, leading })
}

/// The product of two values: scores of queries and keys, or values weighed by probabilities.
pub(super) fn product(reader: &mut Reader<'_>, node: &NodeProto, left: &Value) -> Found {
    let right = reader.operand(node, 1)?;
    let found = match (&left.form, &right.form) {
        (Form::Pending(queries), Form::Pending(keys)) => scores(left, queries, &right, keys),
        (Form::Scores(scores), Form::Pending(values)) if scores.are_probabilities => {
            context(left, scores, &right, values)
        }
        _ => None,
    };
    found.ok_or_else(|| about(node, "it multiplies two values that are no attention", HELP).into())
}

/// `q·kᵀ` of each head.
fn scores(left: &Value, queries: &Rc<Pending>, right: &Value, keys: &Rc<Pending>) -> Option<Value> {
    let (one, other) = (heads(&left.layout)?, heads(&right.layout)?);
    let last = left.layout.pieces.len() - 1;
    let is_attention = one.heads == other.heads
        && one.leading == other.leading
        && one.rows == Piece::Part(0)
        && one.columns == Piece::Part(last)
        && other.columns == Piece::Part(0)
        && other.rows == Piece::Part(right.layout.pieces.len() - 1)
        && last == if one.heads == 1 { 1 } else { 2 };
    let width = left.layout.pieces[last];
    let is_affine = |layer: &Pending| matches!(layer.call, Call::Affine);
    let fits = right.layout.pieces.last() == Some(&width)
        && is_affine(queries)
        && is_affine(keys)
        && queries.channels == one.heads * width
        && keys.channels == queries.channels;
    if !is_attention || !fits {
        return None;
    }
    let steps = (left.layout.pieces[0], right.layout.pieces[0]);
    // The sample of scores is heads × steps × steps.
    let mut layout = left.layout.of_samples(&[one.heads, steps.0, steps.1]);
    let rank = left.layout.axes.len();
    let part = |piece: usize| vec![Piece::Part(piece)];
    let first = usize::from(one.heads > 1);
    let mut axes: Vec<Vec<Piece>> = left.layout.axes[..rank - 2].to_vec();
    for piece in axes.iter_mut().flatten() {
        if *piece == Piece::Part(1) {
            *piece = Piece::Part(0);
        }
    }
    axes.extend([part(first), part(first + 1)]);
    layout.axes = axes;
    let scores = Scores {
        queries: Rc::clone(queries),
        keys: Rc::clone(keys),
        heads: one.heads,
        width,
        steps,
        scale: 1.0,
        is_causal: false,
        are_probabilities: false,
    };
    let shape = vec![one.heads, steps.0, steps.1];
    Some(Value {
        form: Form::Scores(scores.into()),
        shape,
        is_signal: false,
        is_shared: false,
        layout,
    })
}

/// Scores multiplied by a number, or with a mask added.
pub(super) fn scaled(
    node: &NodeProto,
    value: &Value,
    scores: &Scores,
    (scale, shift): (&Tensor, &Tensor),
) -> Result<Value, String> {
    let refused = || about(node, "it changes the products of queries and keys", HELP);
    let scale = scale.only().filter(|_| !scores.are_probabilities || shift.only() == Some(0.0));
    let scale = scale.ok_or_else(refused)?;
    if scores.are_probabilities && scale != 1.0 || scores.is_causal && scale <= 0.0 {
        return Err(refused());
    }
    let mut scores = Scores { scale: scores.scale * scale, ..scores.clone() };
    if shift.only() != Some(0.0) {
        scores.is_causal |= is_causal_mask(value, |places| match shift.broadcast(places) {
            0.0 => Some(true),
            hidden if hidden <= -1e4 => Some(false),
            _ => None,
        })
        .ok_or_else(refused)?;
    }
    Ok(Value { form: Form::Scores(scores.into()), ..value.clone() })
}

/// Whether a mask hides the steps after each one, and only these; no if it hides none, and `None` for
/// another mask.
fn is_causal_mask(value: &Value, is_seen: impl Fn(&[usize]) -> Option<bool>) -> Option<bool> {
    let rank = value.layout.axes.len();
    let (mut is_causal, mut is_open) = (true, true);
    for places in value.layout.places() {
        let is_seen = is_seen(&places)?;
        is_open &= is_seen;
        is_causal &= is_seen == (places[rank - 1] <= places[rank - 2]);
    }
    (is_causal || is_open).then_some(!is_open)
}

/// `Where(mask, scores, -∞)`, or the other way round.
pub(super) fn masked(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let refused = || about(node, "it chooses between values", HELP);
    let condition = reader.constant(node, 0).cloned().ok_or_else(refused)?;
    let at = if reader.constant(node, 2).is_some() { 1 } else { 2 };
    let hidden = reader.constant(node, 3 - at).and_then(Tensor::only);
    let value = reader.operand(node, at)?;
    let Form::Scores(scores) = &value.form else { return Err(refused().into()) };
    let is_mask = hidden.is_some_and(|hidden| hidden <= -1e4) && !scores.are_probabilities;
    let is_causal =
        is_causal_mask(&value, |places| Some((condition.broadcast(places) != 0.0) == (at == 1)));
    let is_causal = is_causal.filter(|_| is_mask).ok_or_else(refused)?;
    let scores = Scores { is_causal: scores.is_causal | is_causal, ..scores.as_ref().clone() };
    Ok(Value { form: Form::Scores(scores.into()), ..value.clone() })
}

/// The probabilities of scores; another softmax is part of a loss, or an error.
pub(super) fn softmax(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let value = reader.operand(node, 0)?;
    let rank = value.layout.axes.len();
    let axis = node.integer("axis").unwrap_or(if reader.version < 13 { 1 } else { -1 });
    match &value.form {
        Form::Scores(scores)
            if value.layout.axis(axis) == Some(rank - 1) && node.op_type == "Softmax" =>
        {
            let scores = Scores { are_probabilities: true, ..scores.as_ref().clone() };
            Ok(Value { form: Form::Scores(scores.into()), ..value.clone() })
        }
        _ => Err(about(
            node,
            "it is not the last node before a loss that contains it",
            "declare the loss: `onnx(\"model.onnx\") => SoftmaxWithLoss`",
        )
        .into()),
    }
}

/// Values weighed by probabilities: the attention, but for the projection after it.
fn context(left: &Value, scores: &Scores, right: &Value, values: &Rc<Pending>) -> Option<Value> {
    let found = heads(&right.layout)?;
    let last = right.layout.pieces.len() - 1;
    let Scores { queries, keys, heads, width, steps, .. } = scores;
    let before: Vec<Piece> =
        left.layout.axes[..left.layout.axes.len() - 2].iter().flatten().copied().collect();
    let same_order = before.first() == found.leading.first();
    let fits = found.heads == *heads
        && same_order
        && found.rows == Piece::Part(0)
        && found.columns == Piece::Part(last)
        && right.layout.pieces[0] == steps.1
        && right.layout.pieces[last] == *width
        && matches!(values.call, Call::Affine)
        && values.channels == heads * width
        && keys.flow == values.flow;
    let features = heads * width;
    // The library's attention has as many features before as after it.
    let is_square =
        [queries, keys, values].iter().all(|layer| layer.weight.shape == [features, features]);
    if !fits || !is_square {
        return None;
    }
    let is_self = queries.flow == keys.flow;
    if scores.is_causal && !is_self {
        return None;
    }
    let rescale = scores.scale * (*width as f64).sqrt();
    let queries = queries.scaled(&vec![rescale; features]);
    let parts = [&queries, keys, values];
    let mut weight = Vec::with_capacity(3 * features * features);
    for row in 0..features {
        for part in parts {
            weight.extend(&part.weight.values[row * features..][..features]);
        }
    }
    let bias =
        parts.iter().flat_map(|part| part.bias.1.clone().unwrap_or_else(|| vec![0.0; features]));
    let name = if scores.is_causal { "CausalAttention" } else { "Attention" };
    let mut layer =
        Pending { call: Call::Unprojected(format!("{name}({heads})")), ..queries.clone() };
    layer.prefix = "attention";
    layer.owner =
        layer.owner.rsplit_once('.').map_or(layer.owner.clone(), |(owner, _)| owner.to_owned());
    if !is_self {
        layer.from.extend(keys.from.iter().cloned());
        layer.flow = format!("({}, {})", queries.flow, keys.flow);
    }
    layer.key = parts.map(|part| &*part.key).join(" ");
    layer.others = vec![
        Parameter {
            name: "in_proj_weight".to_owned(),
            shape: vec![features, 3, features],
            values: weight,
        },
        Parameter {
            name: "in_proj_bias".to_owned(),
            shape: vec![3, features],
            values: bias.collect(),
        },
    ];
    let identity = (0..features * features).map(|at| f64::from(at % (features + 1) == 0)).collect();
    layer.weight = Parameter {
        name: "out_proj.weight".to_owned(),
        shape: vec![features, features],
        values: identity,
    };
    layer.bias = ("out_proj.bias", Some(vec![0.0; features]));
    (layer.channels, layer.inner, layer.is_innermost) = (features, 1, true);
    // The axes of the values, with the steps of the queries.
    let mut layout = right.layout.clone();
    layout.pieces[0] = steps.0;
    let value = Value::pending(layer, vec![steps.0, features], layout);
    Some(value)
}

/// The product of an attention with the weight of its projection; `None` after another layer.
pub(super) fn projected(
    x: &Value,
    (shape, values): (&[usize], &[f64]),
    names: &[String],
    layout: &Layout,
) -> Option<Value> {
    let layer = x.layer()?;
    let Call::Unprojected(call) = &layer.call else { return None };
    if shape != layer.weight.shape {
        return None;
    }
    let mut layer = Pending { call: Call::Whole(call.clone()), ..layer.as_ref().clone() };
    layer.weight.values = values.to_vec();
    layer.key = format!("{} {}", layer.key, names.join(" "));
    Some(Value::pending(layer, vec![count(&x.shape) / shape[0], shape[1]], layout.clone()))
}
