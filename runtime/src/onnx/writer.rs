//! A graph of the format while it is written: nodes, constants, and names that are used once.

use std::collections::{HashMap, HashSet};

use chainrule_onnx::{
    AttributeProto, DimensionProto, GraphProto, NodeProto, TensorProto, TensorShapeProto,
    TensorTypeProto, TypeProto, ValueInfoProto,
};

use crate::layers::Sequence;

/// The name of the first axis of inputs and outputs.
const BATCH: &str = "batch";

/// A value in the graph: its name, and the shape of a sample in it.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    /// Whether its numbers are indices.
    pub(super) is_index: bool,
}

/// A tensor of the network.
pub(super) struct Parameter {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
}

/// A graph while it is written.
pub(super) struct Writer {
    graph: GraphProto,
    /// The names of values.
    taken: HashSet<String>,
    parameters: HashMap<String, Parameter>,
}

impl Writer {
    /// A graph of this name, of a network with `parameters`.
    pub(super) fn new(name: &str, parameters: HashMap<String, Parameter>) -> Writer {
        let graph = GraphProto { name: name.to_owned(), ..GraphProto::default() };
        Writer { graph, taken: HashSet::new(), parameters }
    }

    /// The written graph.
    pub(super) fn finish(self) -> GraphProto {
        self.graph
    }

    /// Declares an input of the graph.
    pub(super) fn input(&mut self, name: &str, shape: &[usize], is_index: bool) -> Value {
        let name = self.unused(name);
        let numbers = if is_index { TensorProto::INT64 } else { TensorProto::FLOAT };
        self.graph.input.push(described(&name, shape, numbers));
        Value { name, shape: shape.to_vec(), is_index }
    }

    /// Declares an output of the graph. The value that it is gets its name, unless it is an input or an
    /// output already.
    pub(super) fn output(&mut self, name: &str, value: &Value) {
        let name = self.unused(name);
        let is_named = |outer: &ValueInfoProto| outer.name == value.name;
        if self.graph.input.iter().chain(&self.graph.output).any(is_named) {
            let node = self.named(&name, "Identity", &[&value.name], vec![]);
            self.graph.node.push(node);
        } else {
            let nodes = self.graph.node.iter_mut();
            let names = nodes.flat_map(|node| node.input.iter_mut().chain(&mut node.output));
            for other in names.filter(|other| **other == value.name) {
                other.clone_from(&name);
            }
        }
        let numbers = if value.is_index { TensorProto::INT64 } else { TensorProto::FLOAT };
        self.graph.output.push(described(&name, &value.shape, numbers));
    }

    /// Appends a node, which computes one value with a sample of this shape.
    pub(super) fn node(
        &mut self,
        name: &str,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<AttributeProto>,
        shape: &[usize],
    ) -> Value {
        let name = self.unused(name);
        let node = self.named(&name, operator, inputs, attributes);
        self.graph.node.push(node);
        Value { name, shape: shape.to_vec(), is_index: false }
    }

    /// Appends a node that computes several values, called `name.0`, `name.1` and so on.
    pub(super) fn parts(
        &mut self,
        name: &str,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<AttributeProto>,
        shapes: &[Vec<usize>],
    ) -> Vec<Value> {
        let mut node = self.named(name, operator, inputs, attributes);
        node.output.clear();
        let mut values = Vec::new();
        for (part, shape) in shapes.iter().enumerate() {
            let name = self.unused(&format!("{name}.{part}"));
            node.output.push(name.clone());
            values.push(Value { name, shape: shape.clone(), is_index: false });
        }
        self.graph.node.push(node);
        values
    }

    /// The value in another shape; the first axis takes what is left. Several rows of a sample, such as
    /// the steps of a sequence, are rows of the batch then.
    pub(super) fn shaped(&mut self, value: &Value, shape: &[usize]) -> Value {
        if value.shape == shape {
            return value.clone();
        }
        let lengths: Vec<i64> = [-1].into_iter().chain(signed(shape)).collect();
        let words: Vec<String> = shape.iter().map(usize::to_string).collect();
        let to = self.integers(&format!("shape.{}", words.join("x")), &lengths);
        let name = format!("{}.shaped", value.name);
        let shaped = self.node(&name, "Reshape", &[&value.name, &to], vec![], shape);
        Value { is_index: value.is_index, ..shaped }
    }

    /// The integers of a value as numbers.
    pub(super) fn as_numbers(&mut self, value: &Value) -> Value {
        let to = vec![int("to", i64::from(TensorProto::FLOAT))];
        self.node(&format!("{}.numbers", value.name), "Cast", &[&value.name], to, &value.shape)
    }

    /// The value as a sequence.
    pub(super) fn sequence(&mut self, value: &Value, steps: Sequence) -> Value {
        self.shaped(value, &[steps.time, steps.features])
    }

    /// The tensor of the network with this name.
    pub(super) fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.get(name)
    }

    /// Writes a tensor of the network as it is. `None` if the layer has none.
    pub(super) fn weight(&mut self, name: &str) -> Option<String> {
        let Parameter { shape, values } = self.parameters.get(name)?;
        let tensor = floats(name, shape, values);
        self.initializer(tensor);
        Some(name.to_owned())
    }

    /// Writes numbers as a tensor.
    pub(super) fn constant(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        self.initializer(floats(name, shape, values));
        name.to_owned()
    }

    /// Writes a number as a tensor without axes. Its name is one that no layer and no input can have.
    pub(super) fn number(&mut self, value: f32) -> String {
        self.constant(&format!("{value:?}"), &[], &[value])
    }

    /// Writes integers as a tensor of one axis.
    pub(super) fn integers(&mut self, name: &str, values: &[i64]) -> String {
        self.integer_tensor(name, vec![values.len() as i64], values)
    }

    /// Writes an integer as a tensor without axes.
    pub(super) fn index(&mut self, value: i64) -> String {
        self.integer_tensor(&format!("index.{value}"), vec![], &[value])
    }

    fn integer_tensor(&mut self, name: &str, dims: Vec<i64>, values: &[i64]) -> String {
        self.initializer(TensorProto {
            name: name.to_owned(),
            dims,
            data_type: TensorProto::INT64,
            raw_data: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            ..TensorProto::default()
        });
        name.to_owned()
    }

    /// Writes a tensor once: a layer that is used again has the same.
    fn initializer(&mut self, tensor: TensorProto) {
        let is_new = self.graph.initializer.iter().all(|other| other.name != tensor.name);
        if is_new {
            self.taken.insert(tensor.name.clone());
            self.graph.initializer.push(tensor);
        }
    }

    /// A node whose value has its name.
    fn named(
        &self,
        name: &str,
        operator: &str,
        inputs: &[&str],
        attribute: Vec<AttributeProto>,
    ) -> NodeProto {
        NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![name.to_owned()],
            name: name.to_owned(),
            op_type: operator.to_owned(),
            attribute,
            domain: String::new(),
        }
    }

    /// A name that no value has.
    fn unused(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}.{number}"));
        let mut names = [name.to_owned()].into_iter().chain(numbered);
        let is_free =
            |name: &String| !self.taken.contains(name) && !self.parameters.contains_key(name);
        let name = names.find(is_free).unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }
}

/// A setting with integers.
pub(super) fn ints(name: &str, values: impl IntoIterator<Item = usize>) -> AttributeProto {
    let ints = values.into_iter().map(|value| value as i64).collect();
    attribute(name, AttributeProto { r#type: AttributeProto::INTS, ints, ..Default::default() })
}

/// A setting with an integer.
pub(super) fn int(name: &str, i: i64) -> AttributeProto {
    attribute(name, AttributeProto { r#type: AttributeProto::INT, i, ..Default::default() })
}

/// A setting with a number.
pub(super) fn float(name: &str, f: f64) -> AttributeProto {
    let f = f as f32;
    attribute(name, AttributeProto { r#type: AttributeProto::FLOAT, f, ..Default::default() })
}

/// A setting with a text.
pub(super) fn text(name: &str, s: &str) -> AttributeProto {
    let s = s.as_bytes().to_vec();
    attribute(name, AttributeProto { r#type: AttributeProto::STRING, s, ..Default::default() })
}

fn attribute(name: &str, attribute: AttributeProto) -> AttributeProto {
    AttributeProto { name: name.to_owned(), ..attribute }
}

fn floats(name: &str, shape: &[usize], values: &[f32]) -> TensorProto {
    TensorProto {
        name: name.to_owned(),
        dims: signed(shape).collect(),
        data_type: TensorProto::FLOAT,
        raw_data: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        ..TensorProto::default()
    }
}

/// The name, type and shape of an input or output.
fn described(name: &str, shape: &[usize], elem_type: i32) -> ValueInfoProto {
    let batch = DimensionProto { dim_param: Some(BATCH.to_owned()), dim_value: None };
    let sizes = signed(shape);
    let sizes = sizes.map(|size| DimensionProto { dim_value: Some(size), dim_param: None });
    let shape = TensorShapeProto { dim: [batch].into_iter().chain(sizes).collect() };
    let tensor = TensorTypeProto { elem_type, shape: Some(shape) };
    ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor_type: Some(tensor) }) }
}

fn signed(sizes: &[usize]) -> impl Iterator<Item = i64> {
    sizes.iter().map(|&size| size as i64)
}

/// Exchanges axes; the first axis, of samples, is 0.
pub(super) fn transposed(
    writer: &mut Writer,
    name: &str,
    value: &str,
    order: &[usize],
    shape: &[usize],
) -> Value {
    writer.node(name, "Transpose", &[value], vec![ints("perm", order.iter().copied())], shape)
}
