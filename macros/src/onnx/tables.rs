//! Linear models of tables, as scikit-learn has them.

use chainrule_onnx::NodeProto;

use super::dense::affine;
use super::messages::about;
use super::parameters::transposed;
use super::reader::{Found, Problem, Reader};
use super::settings::Settings;
use super::tensor::Tensor;
use super::value::{Form, Value};

/// What a classifier computes of its scores.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Scores {
    /// Nothing.
    Plain,
    /// Their softmax.
    Softmax,
    /// The sigmoid of each.
    Sigmoid,
    /// The same of two scores that are the negatives of each other: a softmax of their halves.
    YesOrNo,
    /// Something else.
    Other,
}

/// What a `LinearClassifier` computes of its scores.
pub(super) fn scores(node: &NodeProto) -> Scores {
    let list = |name: &str| node.numbers(name).unwrap_or_default();
    match node.text("post_transform").as_deref() {
        None | Some("NONE") => Scores::Plain,
        Some("SOFTMAX") => Scores::Softmax,
        Some("LOGISTIC") => {
            let (weights, biases) = (list("coefficients"), list("intercepts"));
            let are_opposite = |numbers: &[f64]| {
                let (no, yes) = numbers.split_at(numbers.len() / 2);
                no.len() == yes.len() && no.iter().zip(yes).all(|(no, yes)| *no == -yes)
            };
            let is_decision = classes(node) == 2 && are_opposite(&weights) && are_opposite(&biases);
            if is_decision { Scores::YesOrNo } else { Scores::Sigmoid }
        }
        _ => Scores::Other,
    }
}

/// The number of classes, each with its labels.
fn classes(node: &NodeProto) -> usize {
    let integers = node.integers("classlabels_ints").map_or(0, <[i64]>::len);
    integers.max(node.texts("classlabels_strings").map_or(0, |texts| texts.len()))
}

/// The classifier before a node that divides by the sum of a sample, which is 1 already.
pub(super) fn normalized<'g>(reader: &Reader<'g>, node: &NodeProto) -> Option<&'g NodeProto> {
    let is_sum = node.op_type == "Normalizer" && node.text("norm").as_deref() == Some("L1");
    let before = reader.producers.get(&**node.input.first()?).copied()?;
    let is_one = before.op_type == "LinearClassifier"
        && matches!(scores(before), Scores::Softmax | Scores::YesOrNo);
    (is_sum && is_one).then_some(before)
}

/// The scores of a classifier. The last node of a model is without the function of the loss.
pub(super) fn classifier(reader: &mut Reader<'_>, node: &NodeProto, is_last: bool) -> Found {
    if node.output.first().is_some_and(|labels| reader.uses.contains_key(&**labels)) {
        let help = "let the scores be the output, from which `classes` chooses";
        return Err(about(node, "its labels are read", help).into());
    }
    let scores = scores(node);
    let function = match scores {
        Scores::Plain => None,
        Scores::Softmax | Scores::YesOrNo if is_last => None,
        Scores::Sigmoid if is_last => None,
        Scores::Sigmoid | Scores::YesOrNo => Some("Sigmoid"),
        Scores::Softmax => {
            let problem = "it is not the last node before a loss that contains its softmax";
            let help = "declare the loss: `onnx(\"model.onnx\") => SoftmaxWithLoss`";
            return Err(about(node, problem, help).into());
        }
        Scores::Other => {
            let problem = "the function of its scores is one that no loss has";
            let help = "let it be `NONE`, `SOFTMAX` or `LOGISTIC`";
            return Err(about(node, problem, help).into());
        }
    };
    let scale = if is_last && scores == Scores::YesOrNo { 0.5 } else { 1.0 };
    let value = linear(reader, node, classes(node), scale)?;
    match function {
        Some(function) => reader.applied(node, &value, function),
        None => Ok(value),
    }
}

/// The numbers of a regression.
pub(super) fn regressor(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    if node.text("post_transform").is_some_and(|function| function != "NONE") {
        return Err(about(node, "it has a function after it", "export the model without it").into());
    }
    let targets = node.integer("targets").unwrap_or(1).max(1) as usize;
    linear(reader, node, targets, 1.0)
}

/// `scale · (x·Wᵀ + b)`
fn linear(reader: &mut Reader<'_>, node: &NodeProto, outputs: usize, scale: f64) -> Found {
    let x = reader.operand(node, 0)?;
    let weight = node.numbers("coefficients").unwrap_or_default();
    let bias = node.numbers("intercepts").filter(|bias| !bias.is_empty());
    let (inputs, rest) = (weight.len() / outputs.max(1), weight.len() % outputs.max(1));
    let fits = outputs > 0 && rest == 0 && bias.as_ref().is_none_or(|bias| bias.len() == outputs);
    let weight: Vec<f64> = weight.iter().map(|weight| scale * weight).collect();
    let weight = fits.then(|| transposed(&weight, outputs, inputs));
    let weight = weight.and_then(|weight| Tensor::new(vec![inputs, outputs], weight, false));
    let Some(weight) = weight else {
        let problem = format!("its coefficients are not those of {outputs} outputs");
        return Err(about(node, &problem, "export the model again").into());
    };
    let value = affine(reader, node, &x, weight, &[])?;
    let bias = bias.map(|bias| bias.iter().map(|bias| scale * bias).collect::<Vec<f64>>());
    match (value.layer(), bias) {
        (Some(layer), Some(bias)) => {
            let form = Form::Pending(layer.shifted(&bias).into());
            Ok(Value { form, ..value })
        }
        _ => Ok(value),
    }
}

/// A division by the sum of a sample, where that is 1.
pub(super) fn normalizer(reader: &mut Reader<'_>, node: &NodeProto) -> Result<Value, Problem> {
    match normalized(reader, node) {
        Some(_) => reader.operand(node, 0),
        None => {
            let problem = "it divides by a length or a sum of the sample";
            Err(about(node, problem, "do that before the network").into())
        }
    }
}
