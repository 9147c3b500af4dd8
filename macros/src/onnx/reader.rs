//! The state of the translation, and the lines that it writes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use chainrule_onnx::NodeProto;

use super::layout::Layout;
use super::messages::about;
use super::parameters::{Parameter, product};
use super::tensor::Tensor;
use super::value::{Form, Pending, Value};

/// Why a node has no value.
#[derive(Debug)]
pub(super) enum Problem {
    /// A message of its own.
    Message(String),
    /// An operator that is not read.
    Unknown(String),
    /// Problems of nodes before it.
    Earlier(BTreeSet<usize>),
}

impl From<String> for Problem {
    fn from(message: String) -> Problem {
        Problem::Message(message)
    }
}

/// The value of a node, or why it has none.
pub(super) type Found = Result<Value, Problem>;

/// A line `let name = …;`.
struct Line {
    name: String,
    /// The names that it reads.
    from: Vec<String>,
    flow: String,
    /// The layer with parameters at its end, by number.
    layer: Option<usize>,
}

/// A layer with parameters.
struct Layer {
    name: String,
    call: String,
    key: String,
    parameters: Vec<Parameter>,
}

/// An input of the model.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    /// The rows of the table in which its indices choose.
    pub(super) below: Option<usize>,
    /// Whether the model has it as integers.
    pub(super) is_integer: bool,
    /// Why it must be indices: the message about a node that rounds it.
    pub(super) rounded: Option<String>,
}

/// The state of the translation.
pub(super) struct Reader<'g> {
    /// The version of the operators.
    pub(super) version: i64,
    pub(super) constants: HashMap<&'g str, Tensor>,
    pub(super) values: HashMap<&'g str, Value>,
    /// How often each value is read.
    pub(super) uses: HashMap<&'g str, usize>,
    /// The node that computes each value.
    pub(super) producers: HashMap<&'g str, &'g NodeProto>,
    pub(super) inputs: Vec<Input>,
    lines: Vec<Line>,
    layers: Vec<Layer>,
    written: Vec<(Rc<Pending>, String)>,
    names: HashSet<String>,
}

impl<'g> Reader<'g> {
    pub(super) fn new(
        version: i64,
        constants: HashMap<&'g str, Tensor>,
        uses: HashMap<&'g str, usize>,
        producers: HashMap<&'g str, &'g NodeProto>,
    ) -> Reader<'g> {
        Reader {
            version,
            constants,
            values: HashMap::new(),
            uses,
            producers,
            inputs: Vec::new(),
            lines: Vec::new(),
            layers: Vec::new(),
            written: Vec::new(),
            names: HashSet::new(),
        }
    }

    /// The value that a node reads.
    pub(super) fn operand(&self, node: &NodeProto, at: usize) -> Found {
        let name = node.input.get(at).map_or("", |name| &**name);
        match self.values.get(name) {
            Some(Value { form: Form::Failed(problems), .. }) => {
                Err(Problem::Earlier(problems.clone()))
            }
            Some(value) => Ok(value.clone()),
            None => {
                let problem = match self.constants.contains_key(name) {
                    true => format!("its operand `{name}` is a constant"),
                    false => format!("nothing computes its operand `{name}`"),
                };
                Err(about(node, &problem, "export the model again, simplified").into())
            }
        }
    }

    /// The constant that a node reads; `None` if it is left out.
    pub(super) fn constant(&self, node: &NodeProto, at: usize) -> Option<&Tensor> {
        self.constants.get(&**node.input.get(at)?)
    }

    /// Whether a node reads an operand at a place.
    pub(super) fn has(&self, node: &NodeProto, at: usize) -> bool {
        node.input.get(at).is_some_and(|name| !name.is_empty())
    }

    /// The constant that a node must read.
    pub(super) fn weight(&self, node: &NodeProto, at: usize) -> Result<Tensor, String> {
        self.constant(node, at).cloned().ok_or_else(|| {
            let name = node.input.get(at).map_or("", |name| &**name);
            let problem = format!("its operand `{name}` is not a constant of the file");
            about(node, &problem, "export the model with its weights")
        })
    }

    /// All numbers of the constant that a node must read.
    pub(super) fn numbers(&self, node: &NodeProto, at: usize) -> Result<Vec<f64>, String> {
        let all = self.weight(node, at)?.all();
        all.ok_or_else(|| about(node, "an operand is absurdly large", "export the model again"))
    }

    /// A name that is not used: one of the file if it can be a name here, else a prefix and a number.
    pub(super) fn free(&mut self, wanted: &str, prefix: &str) -> String {
        let letter = |letter: char| match letter.is_ascii_alphanumeric() {
            true => letter.to_ascii_lowercase(),
            false => '_',
        };
        let word: String = wanted.chars().map(letter).collect();
        let word = word.trim_matches('_').to_owned();
        let is_name = word.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && syn::parse_str::<syn::Ident>(&word).is_ok()
            && !["input", "output", "batch", "concat", "layer", "repeat", "map", "lengths", "of"]
                .contains(&&*word);
        let numbered = (1..).map(|number| format!("{prefix}{number}"));
        let mut names = is_name.then_some(word).into_iter().chain(numbered);
        let name = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.insert(name.clone());
        name
    }

    /// Adds a line, and returns its name.
    pub(super) fn line(&mut self, from: &[String], flow: String) -> String {
        self.add_line(from.to_vec(), flow, None)
    }

    fn add_line(&mut self, from: Vec<String>, flow: String, layer: Option<usize>) -> String {
        let name = self.free("", "v");
        self.lines.push(Line { name: name.clone(), from, flow, layer });
        name
    }

    /// The name of a value, whose line is written unless it is already.
    pub(super) fn name(&mut self, node: &NodeProto, value: &Value) -> Result<String, Problem> {
        Ok(match &value.form {
            Form::Named(name) => name.clone(),
            Form::Pending(layer) => self.layer(layer),
            Form::Scaled { of, scale, shift } => self.standardised(node, of, scale, shift)?,
            Form::Joined { parts, is_innermost, .. } => {
                self.concatenated(node, value, parts, *is_innermost)?
            }
            Form::Failed(problems) => return Err(Problem::Earlier(problems.clone())),
            Form::Padded { .. } => {
                let problem = "it reads an image with padding, which only a convolution does here";
                return Err(about(node, problem, "let the convolution have the padding").into());
            }
            Form::Scores(_) => {
                let problem = "it reads products of two values that are no attention";
                let help = "use an attention whose queries, keys and values are projected, or \
                            `Attention` in a declaration";
                return Err(about(node, problem, help).into());
            }
        })
    }

    /// Writes a layer, unless it is already.
    fn layer(&mut self, pending: &Rc<Pending>) -> String {
        if let Some((_, name)) = self.written.iter().find(|(other, _)| Rc::ptr_eq(other, pending)) {
            return name.clone();
        }
        let mut parameters = vec![pending.weight.clone()];
        let (field, bias) = &pending.bias;
        if let Some(bias) = bias {
            let shape = match pending.weight.name == "weight" && pending.prefix == "layer_norm" {
                true => pending.weight.shape.clone(),
                false => vec![bias.len()],
            };
            parameters.push(Parameter { name: (*field).to_owned(), shape, values: bias.clone() });
        }
        parameters.extend(pending.others.iter().cloned());
        let call = pending.call();
        let is_same = |layer: &Layer| {
            layer.call == call
                && layer.key == pending.key
                && layer.parameters.iter().zip(&parameters).all(|(a, b)| a.values == b.values)
        };
        let at = match self.layers.iter().position(is_same) {
            Some(at) if !pending.key.is_empty() => at,
            _ => {
                let name = self.free(&pending.owner, pending.prefix);
                self.layers.push(Layer { name, call, key: pending.key.clone(), parameters });
                self.layers.len() - 1
            }
        };
        let name = self.add_line(pending.from.clone(), pending.flow.clone(), Some(at));
        self.written.push((Rc::clone(pending), name.clone()));
        name
    }

    /// `(x - mean) / std`, which is `scale · x + shift`.
    fn standardised(
        &mut self,
        node: &NodeProto,
        of: &str,
        scale: &[f64],
        shift: &[f64],
    ) -> Result<String, Problem> {
        if scale.iter().all(|&scale| scale == 1.0) && shift.iter().all(|&shift| shift == 0.0) {
            return Ok(of.to_owned());
        }
        let numbers = scale.iter().chain(shift);
        if scale.contains(&0.0) || numbers.clone().any(|number| !number.is_finite()) {
            let problem = "it reads a value multiplied by 0, or by a number that is not finite";
            return Err(about(node, problem, "export the model without that").into());
        }
        let mean = scale.iter().zip(shift).map(|(scale, shift)| -shift / scale).collect();
        let std = scale.iter().map(|scale| 1.0 / scale).collect();
        let shape = vec![scale.len()];
        let name = self.free("", "standardise");
        let parameters = [("mean", mean), ("std", std)].map(|(name, values)| Parameter {
            name: name.to_owned(),
            shape: shape.clone(),
            values,
        });
        self.layers.push(Layer {
            name,
            call: "Standardise".to_owned(),
            key: String::new(),
            parameters: parameters.to_vec(),
        });
        let layer = self.layers.len() - 1;
        Ok(self.add_line(vec![of.to_owned()], of.to_owned(), Some(layer)))
    }

    /// Values side by side.
    fn concatenated(
        &mut self,
        node: &NodeProto,
        value: &Value,
        parts: &[Value],
        is_innermost: bool,
    ) -> Result<String, Problem> {
        let (mut from, mut flows) = (Vec::new(), Vec::new());
        for part in parts {
            let shape = match &value.shape[..] {
                [time, _] if is_innermost => vec![*time, part.features() / time],
                [_, area @ ..] if !area.is_empty() => part.shape.clone(),
                _ => vec![part.features()],
            };
            let flow = match value.shape.len() {
                2 if !is_innermost => self.flow_of(node, part, &shape, true)?,
                _ => self.flow_of(node, part, &shape, false)?,
            };
            from.push(flow.0);
            flows.push(flow.1);
        }
        if let [flow] = &flows[..] {
            return Ok(self.line(&from, flow.clone()));
        }
        Ok(self.line(&from, format!("concat({})", flows.join(", "))))
    }

    /// The name of a value, and what is written for it in a shape.
    fn flow_of(
        &mut self,
        node: &NodeProto,
        value: &Value,
        shape: &[usize],
        is_signal: bool,
    ) -> Result<(String, String), Problem> {
        let name = self.name(node, value)?;
        let is_kind = shape.len() != 2 || value.is_signal == is_signal;
        let flow = if value.shape == shape && is_kind {
            name.clone()
        } else if shape.len() == 1 {
            format!("{name} -> Flatten")
        } else {
            let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
            format!("{name} -> Reshape({})", sizes.join(", "))
        };
        Ok((name, flow))
    }

    /// The value as a sequence, image or flat features of a shape.
    pub(super) fn flow(
        &mut self,
        node: &NodeProto,
        value: &Value,
        shape: &[usize],
    ) -> Result<(String, String), Problem> {
        self.flow_of(node, value, shape, false)
    }

    /// The value before a layer without parameters that keeps the shape.
    pub(super) fn applied(&mut self, node: &NodeProto, value: &Value, layer: &str) -> Found {
        let name = self.name(node, value)?;
        let flow = format!("{name} -> {layer}");
        let name = self.line(&[name], flow);
        Ok(Value { form: Form::Named(name), is_shared: false, ..value.clone() })
    }

    /// A layer without parameters, of a value in a shape.
    pub(super) fn layered(
        &mut self,
        node: &NodeProto,
        value: &Value,
        shape: &[usize],
        layer: &str,
    ) -> Result<String, Problem> {
        let (name, flow) = self.flow(node, value, shape)?;
        Ok(self.line(&[name], format!("{flow} -> {layer}")))
    }

    /// The sizes of a sample in the model, for layers that need them in order.
    pub(super) fn in_order(&self, node: &NodeProto, value: &Value) -> Result<Vec<usize>, String> {
        value.layout.sample().ok_or_else(|| {
            let problem = "the axes of its operand are in another order, or samples are not first";
            let help = match &value.form {
                Form::Named(name) if self.inputs.iter().any(|input| input.name == *name) => {
                    "export the model with an input whose channels come first, as with \
                     `--inputs-as-nchw` of tf2onnx"
                }
                _ => "reorder them back with `Transpose` before it",
            };
            about(node, problem, help)
        })
    }

    /// The lines that the outputs need, their layers, and the inputs.
    pub(super) fn finish(mut self, outputs: &[String]) -> (Vec<String>, Vec<Parameter>) {
        let mut needed: HashSet<&String> = outputs.iter().collect();
        for line in self.lines.iter().rev() {
            if needed.contains(&line.name) {
                needed.extend(&line.from);
            }
        }
        let mut lines: Vec<String> = self.inputs.iter().map(Input::line).collect();
        let mut parameters = Vec::new();
        let mut is_declared = vec![false; self.layers.len()];
        for Line { name, flow, layer, .. } in
            self.lines.iter().filter(|line| needed.contains(&line.name))
        {
            let Some(at) = *layer else {
                lines.push(format!("let {name} = {flow};"));
                continue;
            };
            let Layer { name: layer, call, parameters: of_layer, .. } = &self.layers[at];
            if std::mem::replace(&mut is_declared[at], true) {
                lines.push(format!("let {name} = {flow} -> {layer};"));
                continue;
            }
            lines.push(format!("let {name} = {flow} -> {layer}: {call};"));
            parameters.extend(of_layer.iter().map(|parameter| Parameter {
                name: format!("{layer}.{}", parameter.name),
                ..parameter.clone()
            }));
        }
        self.lines.clear();
        (lines, parameters)
    }
}

impl Input {
    /// Its line.
    fn line(&self) -> String {
        let Input { name, shape, below, .. } = self;
        match below {
            Some(below) => format!("input {name}: {shape:?} of {below};"),
            None => format!("input {name}: {shape:?};"),
        }
    }
}

/// A named value with samples of a shape.
pub(super) fn sample(before: &Value, name: String, shape: Vec<usize>) -> Value {
    let layout = before.layout.of_samples(&shape);
    Value::named(name, shape, layout)
}

/// The features of a layout outside of its innermost axis, as a shape of flat features or a sequence.
pub(super) fn rows(layout: &Layout, from: usize, size: usize) -> Vec<usize> {
    match product(&layout.pieces[..from]) {
        1 => vec![size],
        rest => vec![rest, size],
    }
}
