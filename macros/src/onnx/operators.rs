//! The nodes of a model to the lines of a network.

use std::collections::{HashMap, HashSet};

use chainrule_onnx::{GraphProto, NodeProto, TensorProto, ValueInfoProto};
use proc_macro2::TokenStream;

use super::constants::{Settings, Tensor, constants};
use super::lines::Network;
use super::messages::{about, title};
use super::parameters::{Parameter, transposed};
use super::window::{Window, pair, written};

/// The operators that are read.
const KNOWN: &[&str] = &[
    "Add",
    "AveragePool",
    "BatchNormalization",
    "Clip",
    "Concat",
    "Constant",
    "Conv",
    "ConvTranspose",
    "Dropout",
    "Elu",
    "Flatten",
    "Gelu",
    "Gemm",
    "GlobalAveragePool",
    "Identity",
    "LayerNormalization",
    "LeakyRelu",
    "LogSoftmax",
    "MatMul",
    "MaxPool",
    "Mul",
    "Relu",
    "Reshape",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Squeeze",
    "Tanh",
];

/// What a variance is increased by in the library's normalizations.
const EPSILON: f64 = 1e-5;

/// A value of the model while lines are written.
#[derive(Clone)]
struct Value {
    /// The text that computes it: a name, or a name and layers after it.
    text: String,
    /// The shape of a sample.
    shape: Vec<usize>,
}

/// The state of the translation.
struct Reader<'g> {
    constants: HashMap<String, Tensor>,
    values: HashMap<&'g str, Value>,
    /// How often each value is read.
    uses: HashMap<&'g str, usize>,
    lines: Vec<String>,
    parameters: Vec<Parameter>,
    names: HashSet<String>,
}

/// The network of a graph. An error is a message with its repair.
pub(super) fn network(graph: &GraphProto, loss: Option<&TokenStream>) -> Result<Network, String> {
    reject_unknown(graph)?;
    let (last, own_loss) = without_output_function(graph, loss);
    let mut reader = Reader::new(graph)?;
    for input in &graph.input {
        reader.input(input)?;
    }
    let skipped = |node: &NodeProto| last.as_deref().is_some_and(|last| node.output[0] == last);
    let nodes = graph.node.iter().filter(|node| !node.output.is_empty());
    let mut fused = HashSet::new();
    for (at, node) in nodes.enumerate() {
        let is_constant = reader.constants.contains_key(&node.output[0]);
        if is_constant || fused.contains(&at) {
            continue;
        }
        if skipped(node) {
            let value = reader.operand(node, 0)?;
            reader.values.insert(&node.output[0], value);
            continue;
        }
        let value = match &*node.op_type {
            "MatMul" => {
                let sum = reader.sum_after(graph, node);
                if let Some((at, _)) = sum {
                    fused.insert(at);
                }
                let value = reader.product(node, sum.map(|(_, sum)| sum))?;
                if let Some((_, sum)) = sum {
                    reader.values.insert(&sum.output[0], value.clone());
                }
                value
            }
            _ => reader.node(node)?,
        };
        let value = reader.bound(&node.output[0], value);
        reader.values.insert(&node.output[0], value);
    }
    reader.finish(graph, own_loss)
}

/// Reports all operators that are not read, with their nodes.
fn reject_unknown(graph: &GraphProto) -> Result<(), String> {
    let unknown = graph.node.iter().filter(|node| {
        !KNOWN.contains(&&*node.op_type) || !matches!(&*node.domain, "" | "ai.onnx")
    });
    let unknown: Vec<String> =
        unknown.map(|node| format!("\n  `{}` of the node {}", node.op_type, title(node))).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(format!(
        "unknown operators:{}\nhelp: export the model without them; the known ones are {}",
        unknown.join(""),
        KNOWN.join(", ")
    ))
}

/// The output of a softmax or sigmoid at the end which the loss contains; and the loss of a network
/// that is declared without one.
fn without_output_function(
    graph: &GraphProto,
    loss: Option<&TokenStream>,
) -> (Option<String>, &'static str) {
    let [output] = &graph.output[..] else { return (None, "IdentityWithLoss") };
    let node = graph.node.iter().find(|node| node.output.first() == Some(&output.name));
    let operator = node.map_or("", |node| &*node.op_type);
    let loss = loss.map(ToString::to_string);
    let begins = |name: &str| loss.as_deref().is_none_or(|loss| loss.starts_with(name));
    let last = Some(output.name.clone());
    match operator {
        "Softmax" | "LogSoftmax" if begins("SoftmaxWithLoss") || begins("KlDivergence") => {
            (last, "SoftmaxWithLoss")
        }
        "Sigmoid" if begins("BinaryCrossEntropy") => (last, "BinaryCrossEntropy"),
        _ => (None, "IdentityWithLoss"),
    }
}

impl<'g> Reader<'g> {
    fn new(graph: &'g GraphProto) -> Result<Reader<'g>, String> {
        let mut uses: HashMap<&str, usize> = HashMap::new();
        let outputs = graph.output.iter().map(|output| &output.name);
        for name in graph.node.iter().flat_map(|node| &node.input).chain(outputs) {
            *uses.entry(name).or_default() += 1;
        }
        Ok(Reader {
            constants: constants(graph)?,
            values: HashMap::new(),
            uses,
            lines: Vec::new(),
            parameters: Vec::new(),
            names: HashSet::new(),
        })
    }

    /// An input line, unless the input is a parameter, as in old files.
    fn input(&mut self, input: &'g ValueInfoProto) -> Result<(), String> {
        if self.constants.contains_key(&input.name) {
            return Ok(());
        }
        let tensor = input.r#type.as_ref().and_then(|of| of.tensor_type.as_ref());
        let sizes = tensor.and_then(|tensor| tensor.shape.as_ref());
        let sizes = sizes.and_then(|shape| {
            let sizes = shape.dim.iter().skip(1);
            sizes.map(|size| size.dim_value.filter(|size| *size > 0)).collect::<Option<Vec<_>>>()
        });
        let name = &input.name;
        let sizes = sizes.filter(|sizes| !sizes.is_empty()).ok_or_else(|| {
            format!(
                "the shape of the input `{name}` is not fixed\n\
                 help: export it with all lengths but that of the batch"
            )
        })?;
        if tensor.is_some_and(|tensor| tensor.elem_type != TensorProto::FLOAT) {
            return Err(format!(
                "the input `{name}` is not of floats of 32 bits\n\
                 help: export the model with an input of type `float`"
            ));
        }
        let shape: Vec<usize> = sizes.iter().map(|&size| size as usize).collect();
        let text = self.free(name, "x");
        self.lines.push(format!("input {text}: {shape:?};"));
        self.values.insert(name, Value { text, shape });
        Ok(())
    }

    /// The last line.
    fn finish(mut self, graph: &'g GraphProto, loss: &'static str) -> Result<Network, String> {
        let mut outputs = Vec::new();
        for output in &graph.output {
            let value = self.values.get(&*output.name).cloned();
            let value = value.ok_or_else(|| {
                format!("no node computes the output `{}`\nhelp: export it again", output.name)
            })?;
            outputs.push(value.text);
        }
        let (outputs, loss) = match &outputs[..] {
            [output] => (output.clone(), loss),
            outputs => (format!("({})", outputs.join(", ")), "IdentityWithLoss"),
        };
        self.lines.retain(|line| !line.is_empty());
        Ok(Network { lines: self.lines, outputs, loss, parameters: self.parameters })
    }

    /// The value that a node reads.
    fn operand(&self, node: &NodeProto, at: usize) -> Result<Value, String> {
        let name = node.input.get(at).map_or("", |name| &**name);
        self.values.get(name).cloned().ok_or_else(|| {
            let problem = match self.constants.contains_key(name) {
                true => format!("its operand `{name}` is a constant"),
                false => format!("nothing computes its operand `{name}`"),
            };
            about(node, &problem, "export the model again, simplified")
        })
    }

    /// The constant that a node reads; `None` if it is left out.
    fn constant(&self, node: &NodeProto, at: usize) -> Option<&Tensor> {
        self.constants.get(node.input.get(at)?)
    }

    /// The constant that a node must read.
    fn weight(&self, node: &NodeProto, at: usize) -> Result<Tensor, String> {
        self.constant(node, at).cloned().ok_or_else(|| {
            let name = node.input.get(at).map_or("", |name| &**name);
            let problem = format!("its operand `{name}` is not a constant of the file");
            about(node, &problem, "export the model with its weights, and with constants folded")
        })
    }

    /// A value that is read several times, or by name, gets a line of its own.
    fn bound(&mut self, output: &'g str, value: Value) -> Value {
        let uses = self.uses.get(output).copied().unwrap_or_default();
        if uses < 2 { value } else { self.named(value) }
    }

    /// The value with a name.
    fn named(&mut self, value: Value) -> Value {
        let is_name = value.text.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        if is_name {
            return value;
        }
        let name = self.free("", "v");
        self.lines.push(format!("let {name} = {};", value.text));
        Value { text: name, ..value }
    }

    /// A name that is not used: one of the file if it can be a name here, else a prefix and a number.
    fn free(&mut self, wanted: &str, prefix: &str) -> String {
        let word: String = wanted
            .chars()
            .map(
                |letter| {
                    if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' }
                },
            )
            .collect();
        let word = word.trim_matches('_').to_owned();
        let is_name = word.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && syn::parse_str::<syn::Ident>(&word).is_ok()
            && !["input", "output", "batch", "concat", "layer", "repeat", "map"].contains(&&*word);
        let numbered = (1..).map(|number| format!("{prefix}{number}"));
        let mut names = is_name.then_some(word).into_iter().chain(numbered);
        let name = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.insert(name.clone());
        name
    }

    /// The name of a layer: that of its weight in the file, `fc1` of `fc1.weight`.
    fn layer_name(&mut self, node: &NodeProto, prefix: &str) -> String {
        let weight = node.input.get(1).cloned().unwrap_or_default();
        let owner = weight.rsplit_once('.').map_or("", |(owner, _)| owner);
        self.free(owner, prefix)
    }

    /// Adds the parameter of a layer.
    fn parameter(
        &mut self,
        node: &NodeProto,
        (layer, field): (&str, &str),
        shape: &[usize],
        values: Vec<f64>,
    ) -> Result<(), String> {
        if values.len() != product(shape) {
            let found = values.len();
            let problem = format!("its {field} of shape {shape:?} has {found} numbers");
            return Err(about(node, &problem, "export the model again"));
        }
        let name = format!("{layer}.{field}");
        self.parameters.push(Parameter { name, shape: shape.to_vec(), values });
        Ok(())
    }

    /// The sum after a matrix product which adds its bias, with its place.
    fn sum_after(&self, graph: &'g GraphProto, node: &NodeProto) -> Option<(usize, &'g NodeProto)> {
        let output = &node.output[0];
        if self.uses.get(&**output) != Some(&1) {
            return None;
        }
        let columns = *self.constant(node, 1)?.shape.last()?;
        let nodes = graph.node.iter().filter(|node| !node.output.is_empty());
        let (at, sum) = nodes.enumerate().find(|(_, sum)| sum.input.contains(output))?;
        let bias = sum.input.iter().find_map(|input| self.constants.get(input))?;
        let fits = sum.op_type == "Add" && bias.values.len() == columns;
        fits.then_some((at, sum))
    }

    /// `x·W`, and `+ b` if a sum follows.
    fn product(&mut self, node: &NodeProto, sum: Option<&NodeProto>) -> Result<Value, String> {
        let weight = self.weight(node, 1)?;
        let [_, columns] = weight.shape[..] else {
            return Err(about(node, "its weight is not a matrix", "export the model again"));
        };
        let bias = sum.and_then(|sum| sum.input.iter().find_map(|name| self.constants.get(name)));
        let bias = bias.map(|bias| bias.values.clone());
        // The name of a product's weight is often made up; that of the bias is not.
        let named = match sum {
            Some(sum) => {
                let named = sum.input.iter().find(|name| self.constants.contains_key(*name));
                let input = vec![String::new(), named.cloned().unwrap_or_default()];
                NodeProto { input, ..NodeProto::default() }
            }
            None => node.clone(),
        };
        let x = self.operand(node, 0)?;
        let mut shape = x.shape.clone();
        if let Some(last) = shape.last_mut() {
            *last = columns;
        }
        self.affine(&named, x, weight, bias, shape)
    }

    /// A layer `Affine` with the weight `inputs × outputs`.
    fn affine(
        &mut self,
        node: &NodeProto,
        x: Value,
        weight: Tensor,
        bias: Option<Vec<f64>>,
        shape: Vec<usize>,
    ) -> Result<Value, String> {
        let [inputs, outputs] = weight.shape[..] else { return Ok(x) };
        let name = self.layer_name(node, "affine");
        self.parameter(node, (&name, "weight"), &[inputs, outputs], weight.values)?;
        let setting = if bias.is_some() { "" } else { ", bias = false" };
        if let Some(bias) = bias {
            self.parameter(node, (&name, "bias"), &[outputs], bias)?;
        }
        Ok(after(&x, &format!("{name}: Affine({outputs}{setting})"), shape))
    }

    /// The value that a node computes.
    fn node(&mut self, node: &NodeProto) -> Result<Value, String> {
        match &*node.op_type {
            "Relu" | "Sigmoid" | "Tanh" | "Softplus" => self.activation(node, node.op_type.clone()),
            "LeakyRelu" => {
                let slope = node.number("alpha").unwrap_or(0.01);
                self.activation(node, format!("LeakyRelu({slope:?})"))
            }
            "Elu" => {
                let alpha = node.number("alpha").unwrap_or(1.0);
                self.activation(node, format!("Elu({alpha:?})"))
            }
            "Gelu" => match node.text("approximate").as_deref() {
                None | Some("none") => self.activation(node, "Gelu".to_owned()),
                Some(_) => Err(about(node, "it is approximated", "export the exact one")),
            },
            "Clip" => self.clip(node),
            "Dropout" => self.dropout(node),
            "Identity" => self.operand(node, 0),
            "Gemm" => self.gemm(node),
            "Add" => self.joined(node, '+'),
            "Mul" => self.joined(node, '*'),
            "Concat" => self.concat(node),
            "Flatten" | "Reshape" | "Squeeze" => self.reshape(node),
            "BatchNormalization" => self.batch_norm(node),
            "LayerNormalization" => self.layer_norm(node),
            "Conv" => self.conv(node),
            "ConvTranspose" => self.conv_transpose(node),
            "MaxPool" | "AveragePool" => self.pool(node),
            "GlobalAveragePool" => {
                let x = self.operand(node, 0)?;
                let channels = x.shape[..1].to_vec();
                Ok(after(&x, "GlobalAvgPool", channels))
            }
            _ => Err(about(
                node,
                "it is not the last node before a loss that contains it",
                "declare the loss: `onnx(\"model.onnx\") => SoftmaxWithLoss`",
            )),
        }
    }

    fn activation(&mut self, node: &NodeProto, layer: String) -> Result<Value, String> {
        let x = self.operand(node, 0)?;
        Ok(after(&x, &layer, x.shape.clone()))
    }

    fn clip(&mut self, node: &NodeProto) -> Result<Value, String> {
        let bound = |at: usize, name: &str| {
            let operand = self.constant(node, at).and_then(|bound| bound.values.first().copied());
            operand.or_else(|| node.number(name))
        };
        match (bound(1, "min"), bound(2, "max")) {
            (Some(-1.0), Some(1.0)) => self.activation(node, "HardTanh".to_owned()),
            _ => Err(about(node, "its bounds are not -1 and 1", "use another activation")),
        }
    }

    fn dropout(&mut self, node: &NodeProto) -> Result<Value, String> {
        let ratio = self.constant(node, 1).and_then(|ratio| ratio.values.first().copied());
        let ratio = ratio.or_else(|| node.number("ratio")).unwrap_or(0.5);
        match ratio > 0.0 && ratio < 1.0 {
            true => self.activation(node, format!("Dropout({ratio:?})")),
            false => self.operand(node, 0),
        }
    }

    fn gemm(&mut self, node: &NodeProto) -> Result<Value, String> {
        if node.integer("transA").unwrap_or(0) != 0 {
            return Err(about(node, "its input is transposed", "export the model again"));
        }
        let (mut weight, x) = (self.weight(node, 1)?, self.operand(node, 0)?);
        let [rows, columns] = weight.shape[..] else {
            return Err(about(node, "its weight is not a matrix", "export the model again"));
        };
        if node.integer("transB").unwrap_or(0) != 0 {
            weight.values = transposed(&weight.values, rows, columns);
            weight.shape = vec![columns, rows];
        }
        let outputs = weight.shape[1];
        let (alpha, beta) =
            (node.number("alpha").unwrap_or(1.0), node.number("beta").unwrap_or(1.0));
        weight.values.iter_mut().for_each(|value| *value *= alpha);
        let bias = match node.input.get(2).filter(|name| !name.is_empty()) {
            Some(_) => Some(self.weight(node, 2)?.values),
            None => None,
        };
        let bias = bias.map(|bias| match bias[..] {
            [one] => vec![beta * one; outputs],
            _ => bias.iter().map(|value| beta * value).collect(),
        });
        if bias.as_ref().is_some_and(|bias| bias.len() != outputs) {
            return Err(about(node, "its summand is not a bias", "export the model again"));
        }
        self.affine(node, x, weight, bias, vec![outputs])
    }

    /// A sum or product of two values.
    fn joined(&mut self, node: &NodeProto, sign: char) -> Result<Value, String> {
        let (left, right) = (self.operand(node, 0)?, self.operand(node, 1)?);
        if left.shape != right.shape {
            let problem =
                format!("its operands have the shapes {:?} and {:?}", left.shape, right.shape);
            return Err(about(node, &problem, "join values of the same shape"));
        }
        let (left, right) = (self.named(left), self.named(right));
        let text = format!("({} {sign} {})", left.text, right.text);
        Ok(self.named(Value { text, shape: left.shape }))
    }

    fn concat(&mut self, node: &NodeProto) -> Result<Value, String> {
        let operands = (0..node.input.len()).map(|at| self.operand(node, at));
        let operands = operands.collect::<Result<Vec<Value>, String>>()?;
        let Some(first) = operands.first() else {
            return Err(about(node, "it has no operands", "export the model again"));
        };
        let rank = first.shape.len() as i64 + 1;
        let axis = node.integer("axis").unwrap_or(1);
        if axis != 1 && axis + rank != 1 {
            return Err(about(node, "it does not join channels or features", "join the axis 1"));
        }
        let mut shape = first.shape.clone();
        shape[0] = operands.iter().map(|operand| operand.shape[0]).sum();
        let operands: Vec<Value> = operands.into_iter().map(|value| self.named(value)).collect();
        let names: Vec<&str> = operands.iter().map(|operand| &*operand.text).collect();
        let text = format!("concat({})", names.join(", "));
        Ok(self.named(Value { text, shape }))
    }

    /// Another shape of the same numbers.
    fn reshape(&mut self, node: &NodeProto) -> Result<Value, String> {
        let x = self.operand(node, 0)?;
        let features = product(&x.shape);
        let shape: Vec<usize> = match &*node.op_type {
            "Flatten" => match node.integer("axis").unwrap_or(1) {
                1 => vec![features],
                _ => return Err(about(node, "it joins samples", "flatten from the axis 1")),
            },
            "Squeeze" => x.shape.iter().copied().filter(|&size| size != 1).collect(),
            _ => {
                let lengths = self.weight(node, 1)?.integers();
                let wanted = lengths.get(1..).unwrap_or_default();
                let known = wanted.iter().enumerate().map(|(at, &length)| match length {
                    0 => x.shape.get(at).copied().unwrap_or(1),
                    length => length.max(1) as usize,
                });
                let known: Vec<usize> = known.collect();
                let rest = features / product(&known).max(1);
                let sizes = wanted.iter().zip(known);
                sizes.map(|(&length, size)| if length == -1 { rest } else { size }).collect()
            }
        };
        if product(&shape) != features || shape.is_empty() {
            let problem =
                format!("a sample of shape {:?} does not become one of {shape:?}", x.shape);
            return Err(about(node, &problem, "keep the samples apart"));
        }
        if shape == x.shape {
            return Ok(x);
        }
        let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
        Ok(match &shape[..] {
            [_] => after(&x, "Flatten", shape),
            _ => after(&x, &format!("Reshape({})", sizes.join(", ")), shape),
        })
    }

    /// With the running statistics of the file. Another `ε` is part of the variance.
    fn batch_norm(&mut self, node: &NodeProto) -> Result<Value, String> {
        let x = self.operand(node, 0)?;
        let more = node.number("epsilon").unwrap_or(EPSILON) - EPSILON;
        let name = self.layer_name(node, "batch_norm");
        let fields = ["weight", "bias", "running_mean", "running_var"];
        for (at, field) in fields.iter().enumerate() {
            let mut tensor = self.weight(node, at + 1)?;
            if *field == "running_var" && more.abs() > 1e-9 {
                tensor.values.iter_mut().for_each(|variance| *variance += more);
            }
            self.parameter(node, (&name, field), &x.shape[..1], tensor.values)?;
        }
        self.parameter(node, (&name, "batches"), &[1], vec![0.0])?;
        Ok(after(&x, &format!("{name}: BatchNorm"), x.shape.clone()))
    }

    fn layer_norm(&mut self, node: &NodeProto) -> Result<Value, String> {
        let (x, weight) = (self.operand(node, 0)?, self.weight(node, 1)?);
        if (node.number("epsilon").unwrap_or(EPSILON) - EPSILON).abs() > 1e-9 {
            return Err(about(node, "its epsilon is not 0.00001", "use the default"));
        }
        let rank = weight.shape.len();
        let axis = node.integer("axis").unwrap_or(-1);
        let from = if axis < 0 { (x.shape.len() + 1) as i64 + axis } else { axis };
        let whole = x.shape.len().saturating_sub(rank) as i64 + 1;
        if from != whole || !matches!(rank, 1 | 3) {
            return Err(about(node, "it is not one of features or images", "normalize those"));
        }
        let bias = match self.constant(node, 2) {
            Some(bias) => bias.values.clone(),
            None => vec![0.0; weight.values.len()],
        };
        let name = self.layer_name(node, "layer_norm");
        let shape = weight.shape.clone();
        self.parameter(node, (&name, "weight"), &shape, weight.values)?;
        self.parameter(node, (&name, "bias"), &shape, bias)?;
        Ok(after(&x, &format!("{name}: LayerNorm"), x.shape.clone()))
    }

    fn conv(&mut self, node: &NodeProto) -> Result<Value, String> {
        let (x, weight) = (self.operand(node, 0)?, self.weight(node, 1)?);
        let axes = weight.shape.len().saturating_sub(2);
        if !matches!(axes, 1 | 2) || x.shape.len() != axes + 1 {
            return Err(about(node, "it is not one of images or signals", "use those"));
        }
        let (filters, kernel) = (weight.shape[0], &weight.shape[2..]);
        let window = Window::of(node, kernel, &x.shape[1..])?;
        let mut shape = vec![filters];
        shape.extend(window.output(&x.shape[1..]));
        let layer = format!("Conv{axes}d({filters}, {}", window.settings(true));
        let groups = node.integer("group").unwrap_or(1);
        self.filters(node, x, weight, (layer, groups, filters), shape)
    }

    fn conv_transpose(&mut self, node: &NodeProto) -> Result<Value, String> {
        let (x, weight) = (self.operand(node, 0)?, self.weight(node, 1)?);
        if weight.shape.len() != 4 || x.shape.len() != 3 {
            return Err(about(node, "it is not one of images", "use those"));
        }
        let groups = node.integer("group").unwrap_or(1);
        let filters = weight.shape[1] * groups.max(1) as usize;
        let window = Window::of(node, &weight.shape[2..], &x.shape[1..])?;
        let more = pair(node.integers("output_padding"), 2, 0);
        let mut shape = vec![filters];
        for (at, size) in x.shape[1..].iter().enumerate() {
            let reach = size.saturating_sub(1).saturating_mul(window.stride[at]);
            let output = reach.saturating_add(window.covered(at)).saturating_add(more[at]);
            shape.push(output.saturating_sub(window.padding[at].saturating_mul(2)));
        }
        let mut layer = format!("ConvTranspose2d({filters}, {}", window.settings(true));
        if more.iter().any(|&more| more > 0) {
            layer += &format!(", output_padding = {}", written(&more));
        }
        self.filters(node, x, weight, (layer, groups, filters), shape)
    }

    /// A layer with filters.
    fn filters(
        &mut self,
        node: &NodeProto,
        x: Value,
        weight: Tensor,
        (mut layer, groups, filters): (String, i64, usize),
        shape: Vec<usize>,
    ) -> Result<Value, String> {
        if groups > 1 {
            layer += &format!(", groups = {groups}");
        }
        let prefix = if layer.starts_with("ConvT") { "conv_transpose" } else { "conv" };
        let name = self.layer_name(node, prefix);
        self.parameter(node, (&name, "weight"), &weight.shape, weight.values)?;
        match node.input.get(2).filter(|name| !name.is_empty()) {
            Some(_) => {
                let bias = self.weight(node, 2)?.values;
                self.parameter(node, (&name, "bias"), &[filters], bias)?;
            }
            None => layer += ", bias = false",
        }
        Ok(after(&x, &format!("{name}: {layer})"), shape))
    }

    fn pool(&mut self, node: &NodeProto) -> Result<Value, String> {
        let x = self.operand(node, 0)?;
        let kernel = node.integers("kernel_shape").unwrap_or_default();
        let kernel: Vec<usize> = kernel.iter().map(|&size| size.max(0) as usize).collect();
        if !matches!(kernel.len(), 1 | 2) || x.shape.len() != kernel.len() + 1 {
            return Err(about(node, "it is not one of images or signals", "use those"));
        }
        let window = Window::of(node, &kernel, &x.shape[1..])?;
        let is_average = node.op_type == "AveragePool";
        let counts = node.integer("count_include_pad").unwrap_or(0) != 0;
        let problem = if node.integer("ceil_mode").unwrap_or(0) != 0 {
            Some("it rounds its size up")
        } else if window.dilation.iter().any(|&dilation| dilation != 1) {
            Some("it has a dilation")
        } else if is_average && !counts && window.padding.iter().any(|&padding| padding > 0) {
            Some("it does not count its padding")
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(about(node, problem, "export the model without that"));
        }
        let mut shape = x.shape[..1].to_vec();
        shape.extend(window.output(&x.shape[1..]));
        let kind = if is_average { "Avg" } else { "Max" };
        let layer = format!("{kind}Pool{}d({})", kernel.len(), window.settings(false));
        Ok(after(&x, &layer, shape))
    }
}

/// The product of sizes; of absurd ones, the largest number.
fn product(sizes: &[usize]) -> usize {
    sizes.iter().fold(1, |product, &size| product.saturating_mul(size))
}

/// The value after a layer.
fn after(x: &Value, layer: &str, shape: Vec<usize>) -> Value {
    Value { text: format!("{} -> {layer}", x.text), shape }
}
