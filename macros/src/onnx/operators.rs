//! The nodes of a model to the lines of a network.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use chainrule_onnx::{AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::fold::{ANY_BATCH, folded};
use super::layout::Layout;
use super::lines::Network;
use super::messages::{about, title};
use super::reader::{Found, Input, Problem, Reader};
use super::settings::Settings;
use super::tables::{self, Scores};
use super::tensor::Tensor;
use super::value::{Form, Value};
use super::{attention, dense, elementwise, images, norms, sequences, shapes};

/// The operators that are read. Others are computed if all their operands are constants.
const KNOWN: &[&str] = &[
    "Add",
    "AveragePool",
    "BatchNormalization",
    "Cast",
    "Celu",
    "Clip",
    "Concat",
    "Constant",
    "Conv",
    "ConvTranspose",
    "Div",
    "Dropout",
    "Elu",
    "Flatten",
    "GRU",
    "Gather",
    "Gelu",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "GroupNormalization",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "InstanceNormalization",
    "LSTM",
    "LayerNormalization",
    "LeakyRelu",
    "LogSoftmax",
    "MatMul",
    "Max",
    "MaxPool",
    "Min",
    "Mish",
    "Mul",
    "Neg",
    "PRelu",
    "Pad",
    "Pow",
    "RNN",
    "ReduceMax",
    "ReduceMean",
    "ReduceSum",
    "Relu",
    "Reshape",
    "Resize",
    "Selu",
    "Shape",
    "Sigmoid",
    "Slice",
    "Softmax",
    "Softplus",
    "Split",
    "Squeeze",
    "Sub",
    "Sum",
    "Swish",
    "Tanh",
    "Transpose",
    "Unsqueeze",
    "Upsample",
    "Where",
];

/// Operators that are read in formulas of others, but not alone. After a node that is not read, they are
/// no problem of their own.
const PARTS: &[&str] = &[
    "Abs",
    "And",
    "Equal",
    "Erf",
    "Exp",
    "Expand",
    "Greater",
    "IsNaN",
    "Less",
    "Not",
    "Or",
    "Reciprocal",
    "Sqrt",
    "Trilu",
];

/// Operators of other sets that are read: those of models of tables.
const KNOWN_ML: &[&str] =
    &["LinearClassifier", "LinearRegressor", "Normalizer", "Scaler", "ZipMap"];

/// The network of a graph, in a folder. An error is a message with its repair.
pub(super) fn network(
    graph: &GraphProto,
    version: i64,
    folder: &Path,
    loss: Option<&TokenStream>,
) -> Result<Network, String> {
    let outputs = outputs(graph);
    let needed = needed(graph, &outputs);
    let mut reader = reader(graph, version, folder, (&needed, &outputs))?;
    let constants: HashSet<&str> = reader.constants.keys().copied().collect();
    let inputs = graph.input.iter().filter(|input| !constants.contains(&*input.name));
    for input in inputs {
        add_input(&mut reader, input)?;
    }
    let (last, own_losses) = without_output_functions(&reader, &outputs, loss);
    let mut problems: Vec<Problem> = Vec::new();
    for (node, _) in graph.node.iter().zip(&needed).filter(|(_, is_needed)| **is_needed) {
        if let Err(problem) = compute(&mut reader, node, &last) {
            let before: BTreeSet<usize> =
                node.input.iter().flat_map(|name| earlier(&reader, name)).collect();
            // What such a node says follows from the message about the one before it.
            let is_after = before.iter().any(|&at| matches!(problems[at], Problem::Message(_)));
            let is_part = PARTS.contains(&&*node.op_type) && is_after;
            let unknown = unknown(&reader, node).filter(|_| !is_part);
            let problem = match problem {
                Problem::Message(_) if is_after => Problem::Earlier(BTreeSet::new()),
                problem => problem,
            };
            let mut failed = failed(&mut problems, problem, unknown);
            failed.extend(before);
            for output in &node.output {
                let layout = Layout::new(&[], 0, ANY_BATCH);
                let value = Value::named(String::new(), Vec::new(), layout);
                reader.values.insert(output, Value { form: Form::Failed(failed.clone()), ..value });
            }
        }
    }
    finish(reader, &outputs, problems, own_losses)
}

/// The outputs that a network has: those that are no labels of classes, if there are others.
fn outputs(graph: &GraphProto) -> Vec<&ValueInfoProto> {
    let is_number = |output: &&ValueInfoProto| {
        let tensor = output.r#type.as_ref().and_then(|of| of.tensor_type.as_ref());
        let is_integer = tensor.is_some_and(|tensor| {
            matches!(
                tensor.elem_type,
                TensorProto::INT64 | TensorProto::INT32 | TensorProto::STRING
            )
        });
        !is_integer
    };
    let numbers: Vec<&ValueInfoProto> = graph.output.iter().filter(is_number).collect();
    if numbers.is_empty() { graph.output.iter().collect() } else { numbers }
}

/// Whether the outputs need each node.
fn needed(graph: &GraphProto, outputs: &[&ValueInfoProto]) -> Vec<bool> {
    let mut names: HashSet<&str> = outputs.iter().map(|output| &*output.name).collect();
    let mut needed = vec![false; graph.node.len()];
    for (node, is_needed) in graph.node.iter().zip(&mut needed).rev() {
        *is_needed = node.output.iter().any(|output| names.contains(&**output));
        if *is_needed {
            names.extend(named(&node.input));
        }
    }
    needed
}

/// The operands or outputs of a node but for those that are left out, whose name is empty.
fn named(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(|name| &**name).filter(|name| !name.is_empty())
}

/// The state before the first node.
fn reader<'g>(
    graph: &'g GraphProto,
    version: i64,
    folder: &Path,
    (needed, outputs): (&[bool], &[&'g ValueInfoProto]),
) -> Result<Reader<'g>, String> {
    let mut constants = HashMap::new();
    for tensor in &graph.initializer {
        constants.insert(&*tensor.name, Tensor::read(tensor, folder)?);
    }
    let (mut uses, mut producers) = (HashMap::<&str, usize>::new(), HashMap::new());
    for output in outputs {
        *uses.entry(&*output.name).or_default() += 1;
    }
    // A node that reads only sizes does not read the value, nor does one whose outputs it reads.
    for node in graph.node.iter().rev() {
        let is_read = node.output.iter().any(|output| uses.contains_key(&**output));
        if is_read && !matches!(&*node.op_type, "Shape" | "Size") {
            named(&node.input).for_each(|name| *uses.entry(name).or_default() += 1);
        }
    }
    let nodes = || graph.node.iter().zip(needed).filter(|(_, is_needed)| **is_needed);
    for (node, _) in nodes() {
        producers.extend(named(&node.output).map(|output| (output, node)));
    }
    Ok(Reader::new(version, constants, uses, producers))
}

/// An input line. One axis may have any length: it is that of the samples.
fn add_input<'g>(reader: &mut Reader<'g>, input: &'g ValueInfoProto) -> Result<(), String> {
    let tensor = input.r#type.as_ref().and_then(|of| of.tensor_type.as_ref());
    let dims = tensor.and_then(|tensor| tensor.shape.as_ref()).map(|shape| &shape.dim[..]);
    let dims = dims.unwrap_or_default();
    let name = &input.name;
    let sizes: Vec<Option<usize>> = dims
        .iter()
        .map(|dim| dim.dim_value.filter(|&size| size > 0).map(|size| size as usize))
        .collect();
    let open: Vec<usize> = (0..sizes.len()).filter(|&at| sizes[at].is_none()).collect();
    let batch_at = match open[..] {
        [] if !sizes.is_empty() => 0,
        [at] => at,
        _ => {
            return Err(format!(
                "the shape of the input `{name}` is not fixed\n\
                 help: export it with all lengths but that of the batch"
            ));
        }
    };
    let elem_type = tensor.map_or(0, |tensor| tensor.elem_type);
    let is_number = matches!(
        elem_type,
        TensorProto::FLOAT
            | TensorProto::DOUBLE
            | TensorProto::FLOAT16
            | TensorProto::BFLOAT16
            | TensorProto::INT64
            | TensorProto::INT32
            | TensorProto::UINT8
    );
    if !is_number {
        return Err(format!(
            "the input `{name}` has numbers of type {elem_type}\n\
             help: export the model with an input of type `float`"
        ));
    }
    let batch = sizes[batch_at].unwrap_or(ANY_BATCH);
    let shape: Vec<usize> = sizes
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != batch_at)
        .filter_map(|(_, size)| *size)
        .collect();
    let layout = Layout::new(&shape, batch_at, batch);
    // The network has samples of one to three sizes.
    let shape = match shape.len() {
        0 => vec![1],
        1..=3 => shape,
        _ => vec![shape.iter().product()],
    };
    let text = reader.free(name, "x");
    let is_integer =
        matches!(elem_type, TensorProto::INT64 | TensorProto::INT32 | TensorProto::UINT8);
    let (own, sizes) = (text.clone(), shape.clone());
    reader.inputs.push(Input { name: own, shape: sizes, below: None, is_integer, rounded: None });
    let value = Value::named(text, shape, layout);
    reader.values.insert(name, value);
    Ok(())
}

/// The nodes at the end which the losses contain; and the losses of a network that is declared without.
fn without_output_functions(
    reader: &Reader<'_>,
    outputs: &[&ValueInfoProto],
    loss: Option<&TokenStream>,
) -> (HashSet<String>, Vec<&'static str>) {
    let written = loss.map(|loss| losses(loss, outputs.len()));
    let mut last = HashSet::new();
    let own = outputs.iter().enumerate().map(|(at, output)| {
        let mut name = &*output.name;
        let node = loop {
            match reader.producers.get(name) {
                Some(node)
                    if matches!(
                        &*node.op_type,
                        "Identity" | "Cast" | "ZipMap" | "Reshape" | "Squeeze" | "Flatten"
                    ) =>
                {
                    name = node.input.first().map_or("", |input| input);
                }
                other => break other,
            }
        };
        let node = node.map(|node| match tables::normalized(reader, node) {
            Some(scores) => {
                name = &node.input[0];
                scores
            }
            None => *node,
        });
        let operator = node.map_or("", |node| &*node.op_type);
        let loss = written.as_ref().map(|written| written.get(at).cloned().unwrap_or_default());
        let contains = |name: &str| loss.as_deref().is_none_or(|loss| loss.contains(name));
        let is_only_use = reader.uses.get(name) == Some(&1);
        let found = match operator {
            "Softmax" | "LogSoftmax" if contains("SoftmaxWithLoss") || contains("KlDivergence") => {
                "SoftmaxWithLoss"
            }
            "Sigmoid" if contains("BinaryCrossEntropy") && is_only_use => "BinaryCrossEntropy",
            "LinearClassifier" => match node.map_or(Scores::Plain, tables::scores) {
                Scores::Softmax | Scores::YesOrNo if contains("SoftmaxWithLoss") => {
                    "SoftmaxWithLoss"
                }
                Scores::Sigmoid if contains("BinaryCrossEntropy") && is_only_use => {
                    "BinaryCrossEntropy"
                }
                _ => return "IdentityWithLoss",
            },
            _ => return "IdentityWithLoss",
        };
        last.insert(name.to_owned());
        found
    });
    let own = own.collect();
    (last, own)
}

/// The texts of the losses that are written, one for each output.
fn losses(loss: &TokenStream, outputs: usize) -> Vec<String> {
    let trees: Vec<TokenTree> = loss.clone().into_iter().collect();
    match &trees[..] {
        [TokenTree::Group(group)] if outputs > 1 && group.delimiter() == Delimiter::Parenthesis => {
            let mut heads = vec![String::new()];
            for tree in group.stream() {
                match &tree {
                    TokenTree::Punct(mark) if mark.as_char() == ',' => heads.push(String::new()),
                    tree => heads
                        .last_mut()
                        .into_iter()
                        .for_each(|head| head.push_str(&tree.to_string())),
                }
            }
            heads
        }
        _ => vec![loss.to_string(); outputs],
    }
}

/// Adds what a node computes.
fn compute<'g>(
    reader: &mut Reader<'g>,
    node: &'g NodeProto,
    last: &HashSet<String>,
) -> Result<(), Problem> {
    if node.op_type == "Constant" {
        let tensor = node.attribute.first().map(constant).transpose()?.flatten();
        let tensor =
            tensor.ok_or_else(|| about(node, "it has no number", "export the model again"))?;
        reader.constants.extend(node.output.first().map(|output| (&**output, tensor)));
        return Ok(());
    }
    let is_standard = matches!(&*node.domain, "" | "ai.onnx");
    if is_standard
        && (node.op_type == "Shape" || node.op_type == "Size")
        && reader.constant(node, 0).is_none()
    {
        let value = reader.operand(node, 0)?;
        let dims = Tensor::new(value.layout.dims(), vec![0.0], false);
        let sizes = folded(node, &[dims.as_ref()], reader.version);
        let size = sizes.and_then(|mut sizes| sizes.pop());
        let size =
            size.ok_or_else(|| about(node, "it has no such axes", "export the model again"))?;
        reader.constants.extend(node.output.first().map(|output| (&**output, size)));
        return Ok(());
    }
    let operands: Vec<Option<&Tensor>> =
        (0..node.input.len()).map(|at| reader.constant(node, at)).collect();
    let is_known =
        node.input.iter().zip(&operands).all(|(name, found)| name.is_empty() || found.is_some());
    if is_known && is_standard {
        let tensors = folded(node, &operands, reader.version);
        let tensors = tensors.ok_or_else(|| {
            let problem = "its operands are constants, or follow from the number of samples";
            about(node, problem, "export the model with constants folded")
        })?;
        reader.constants.extend(node.output.iter().map(|output| &**output).zip(tensors));
        return Ok(());
    }
    if node.op_type == "LinearClassifier" && node.domain == "ai.onnx.ml" {
        let scores = node.output.get(1).map_or("", |output| output);
        let value = tables::classifier(reader, node, last.contains(scores))?;
        reader.values.insert(scores, value);
        return Ok(());
    }
    if node.output.first().is_some_and(|output| last.contains(output)) {
        let value = final_scores(reader, node)?;
        reader.values.insert(&node.output[0], value);
        return Ok(());
    }
    for (output, value) in node.output.iter().zip(values(reader, node)?) {
        if output.is_empty() {
            continue;
        }
        let is_shared = value.is_shared || reader.uses.get(&**output).is_some_and(|&uses| uses > 1);
        reader.values.insert(output, Value { is_shared, ..value });
    }
    Ok(())
}

/// The scores before a softmax or sigmoid that the loss computes.
fn final_scores(reader: &Reader<'_>, node: &NodeProto) -> Found {
    let value = reader.operand(node, 0)?;
    let rank = value.layout.axes.len();
    let usual = if reader.version < 13 { 1 } else { -1 };
    let axis = value.layout.axis(node.integer("axis").unwrap_or(usual));
    let is_of_features = node.op_type == "Sigmoid"
        || axis == Some(rank - 1) && value.layout.outside_of_last(rank - 1).is_some() && rank <= 3;
    match is_of_features {
        true => Ok(value),
        false => {
            let problem = "it is not over the features of a sample or step";
            Err(about(node, problem, "let the classes be the last axis").into())
        }
    }
}

/// The value of a node `Constant`.
fn constant(value: &AttributeProto) -> Result<Option<Tensor>, String> {
    let list = |values: Vec<f64>, is_integer| Tensor::new(vec![values.len()], values, is_integer);
    Ok(match (&*value.name, &value.t) {
        ("value", Some(tensor)) => Some(Tensor::read(tensor, Path::new(""))?),
        ("value_float", _) => Some(Tensor::scalar(f64::from(value.f), false)),
        ("value_int", _) => Some(Tensor::scalar(value.i as f64, true)),
        ("value_floats", _) => {
            list(value.floats.iter().map(|&value| f64::from(value)).collect(), false)
        }
        ("value_ints", _) => list(value.ints.iter().map(|&value| value as f64).collect(), true),
        _ => None,
    })
}

/// The values that a node computes.
fn values(reader: &mut Reader<'_>, node: &NodeProto) -> Result<Vec<Value>, Problem> {
    if let Some(name) = unknown(reader, node) {
        return Err(Problem::Unknown(name));
    }
    let value = match &*node.op_type {
        "LSTM" | "GRU" | "RNN" => return sequences::recurrent(reader, node),
        "Split" => return shapes::split(reader, node),
        "Relu" | "Sigmoid" | "Tanh" | "Softplus" | "Mish" | "LeakyRelu" | "PRelu" | "Elu"
        | "Selu" | "Celu" | "Gelu" | "Swish" | "HardSigmoid" | "HardSwish" | "Neg" => {
            elementwise::activation(reader, node)
        }
        "Pow" => elementwise::power(reader, node),
        "Clip" | "Min" | "Max" => elementwise::clip(reader, node),
        "Dropout" => elementwise::dropout(reader, node),
        "Identity" | "Cast" | "ZipMap" => unchanged(reader, node),
        "Mul" => elementwise::product(reader, node),
        "Div" => match norms::written_out(reader, node) {
            Some(found) => found,
            None => dense::arithmetic(reader, node),
        },
        "Add" | "Sub" => dense::arithmetic(reader, node),
        "Sum" => sum(reader, node),
        "Gemm" => dense::gemm(reader, node),
        "MatMul" => dense::product(reader, node),
        "Where" => elementwise::choice(reader, node),
        "Softmax" | "LogSoftmax" => attention::softmax(reader, node),
        "Concat" => shapes::concat(reader, node),
        "Gather" if reader.constant(node, 0).is_some() => sequences::embedding(reader, node),
        "Gather" => shapes::gather(reader, node),
        "Slice" => shapes::slice(reader, node),
        "ReduceMean" | "ReduceMax" | "ReduceSum" | "GlobalAveragePool" | "GlobalMaxPool" => {
            shapes::reduced(reader, node)
        }
        "BatchNormalization" => norms::batch_norm(reader, node),
        "LayerNormalization" => norms::layer_norm(reader, node),
        "InstanceNormalization" | "GroupNormalization" => norms::instance_norm(reader, node),
        "Scaler" => norms::scaler(reader, node),
        "LinearRegressor" => tables::regressor(reader, node),
        "Normalizer" => tables::normalizer(reader, node),
        "Conv" => images::conv(reader, node),
        "ConvTranspose" => images::conv_transpose(reader, node),
        "MaxPool" | "AveragePool" => images::pool(reader, node),
        "Pad" => images::pad(reader, node),
        "Resize" | "Upsample" => images::resize(reader, node),
        _ => shapes::view(reader, node),
    };
    Ok(vec![value?])
}

/// A value with another name, or of another type of floats. Indices are integers, whatever type the
/// model has for them.
fn unchanged(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let value = reader.operand(node, 0)?;
    if matches!(node.integer("to"), None | Some(1 | 10 | 11 | 16)) {
        return Ok(value);
    }
    let rounds = about(node, "it rounds numbers to integers", "let them be floats");
    match sequences::input(reader, &value) {
        Some(input) if input.is_integer && node.integer("to") != Some(9) => Ok(value),
        Some(input) if node.integer("to") != Some(9) => {
            input.rounded.get_or_insert(rounds);
            Ok(value)
        }
        _ => Err(rounds.into()),
    }
}

/// A sum of any number of values.
fn sum(reader: &mut Reader<'_>, node: &NodeProto) -> Found {
    let mut sum = reader.operand(node, 0)?;
    for at in 1..node.input.len() {
        let value = reader.operand(node, at)?;
        sum = dense::joined(reader, node, sum, value, '+')?;
    }
    Ok(sum)
}

/// The name of an operator that is not read, with its node.
fn unknown(reader: &Reader<'_>, node: &NodeProto) -> Option<String> {
    let known = match &*node.domain {
        "" | "ai.onnx" => KNOWN,
        "ai.onnx.ml" => KNOWN_ML,
        _ => &[],
    };
    let of_constants = node.input.iter().all(|name| reader.constants.contains_key(&**name));
    let is_known = known.contains(&&*node.op_type) || of_constants && !node.input.is_empty();
    (!is_known).then(|| format!("\n  `{}` of the node {}", node.op_type, title(node)))
}

/// The numbers of the problems that a node without a value has.
fn failed(
    problems: &mut Vec<Problem>,
    problem: Problem,
    unknown: Option<String>,
) -> BTreeSet<usize> {
    let mut failed = BTreeSet::new();
    if let Some(name) = unknown {
        failed.insert(problems.len());
        problems.push(Problem::Unknown(name));
    }
    match problem {
        Problem::Earlier(earlier) => failed.extend(earlier),
        Problem::Unknown(_) => {}
        problem => {
            failed.insert(problems.len());
            problems.push(problem);
        }
    }
    failed
}

/// The problems of a value.
fn earlier(reader: &Reader<'_>, name: &str) -> BTreeSet<usize> {
    match reader.values.get(name).map(|value| &value.form) {
        Some(Form::Failed(failed)) => failed.clone(),
        _ => BTreeSet::new(),
    }
}

/// The last line, or all problems of the nodes that the outputs need.
fn finish(
    mut reader: Reader<'_>,
    outputs: &[&ValueInfoProto],
    problems: Vec<Problem>,
    own: Vec<&'static str>,
) -> Result<Network, String> {
    let mut found = Vec::new();
    let mut failed = BTreeSet::new();
    let mut messages = Vec::new();
    for output in outputs {
        let Some(value) = reader.values.get(&*output.name).cloned() else {
            return Err(format!(
                "no node computes the output `{}`\nhelp: export it again",
                output.name
            ));
        };
        match shapes::output(&mut reader, &value, &output.name) {
            Ok(name) => found.push(name),
            Err(Problem::Earlier(earlier)) => failed.extend(earlier),
            Err(Problem::Message(message) | Problem::Unknown(message)) => messages.push(message),
        }
    }
    // Indices below a limit are integers already.
    let numbers = reader.inputs.iter().filter(|input| input.below.is_none());
    messages.extend(numbers.filter_map(|input| input.rounded.clone()));
    let mut unknown = Vec::new();
    for at in failed {
        match &problems[at] {
            Problem::Unknown(name) => unknown.push(name.clone()),
            Problem::Message(message) => messages.push(message.clone()),
            Problem::Earlier(_) => {}
        }
    }
    if !unknown.is_empty() {
        return Err(format!(
            "unknown operators:{}\nhelp: export the model without them; the known ones are {}",
            unknown.join(""),
            KNOWN.join(", ")
        ));
    }
    if !messages.is_empty() {
        return Err(messages.join("\n"));
    }
    let (lines, parameters) = reader.finish(&found);
    let (outputs, loss) = match (&found[..], &own[..]) {
        ([output], [loss]) => (output.clone(), (*loss).to_owned()),
        (outputs, losses) => {
            (format!("({})", outputs.join(", ")), format!("({})", losses.join(", ")))
        }
    };
    Ok(Network { lines, outputs, loss, parameters, files: Vec::new() })
}
