//! The numbers of a model that do not depend on its inputs.

use std::collections::HashMap;

use chainrule_onnx::{AttributeProto, GraphProto, NodeProto, TensorProto};

/// A tensor whose numbers are in the file.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f64>,
}

impl Tensor {
    /// Reads a tensor; an error if its numbers are not in the file, or of another type.
    fn new(tensor: &TensorProto) -> Result<Tensor, String> {
        let shape: Vec<usize> = tensor.dims.iter().map(|&length| length.max(0) as usize).collect();
        let name = &tensor.name;
        if tensor.data_location == 1 {
            return Err(format!(
                "the numbers of `{name}` are in another file\n\
                 help: save the model with its weights: `onnx.save(model, path)`"
            ));
        }
        let values = numbers(tensor).ok_or_else(|| {
            format!(
                "`{name}` has numbers of type {}\nhelp: save the weights as floats of 32 bits",
                tensor.data_type
            )
        })?;
        let count = shape.iter().fold(1, |count: usize, &length| count.saturating_mul(length));
        if values.len() != count {
            let found = values.len();
            return Err(format!(
                "`{name}` of shape {shape:?} has {found} numbers\nhelp: export the model again"
            ));
        }
        Ok(Tensor { shape, values })
    }

    /// The numbers as integers.
    pub(super) fn integers(&self) -> Vec<i64> {
        self.values.iter().map(|&value| value as i64).collect()
    }
}

/// The numbers of a tensor; `None` for another type.
fn numbers(tensor: &TensorProto) -> Option<Vec<f64>> {
    let raw = &tensor.raw_data;
    let bits = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes[1]]);
    let halves = || -> Vec<u16> {
        match raw.is_empty() {
            true => tensor.int32_data.iter().map(|&bits| bits as u16).collect(),
            false => raw.chunks_exact(2).map(bits).collect(),
        }
    };
    Some(match tensor.data_type {
        TensorProto::FLOAT if raw.is_empty() => {
            tensor.float_data.iter().map(|&value| f64::from(value)).collect()
        }
        TensorProto::FLOAT => words(raw).map(|bits| f64::from(f32::from_bits(bits))).collect(),
        TensorProto::DOUBLE if raw.is_empty() => tensor.double_data.clone(),
        TensorProto::DOUBLE => long_words(raw).map(f64::from_bits).collect(),
        TensorProto::INT64 if raw.is_empty() => {
            tensor.int64_data.iter().map(|&value| value as f64).collect()
        }
        TensorProto::INT64 => long_words(raw).map(|bits| bits as i64 as f64).collect(),
        TensorProto::INT32 if raw.is_empty() => {
            tensor.int32_data.iter().map(|&value| f64::from(value)).collect()
        }
        TensorProto::INT32 => words(raw).map(|bits| f64::from(bits as i32)).collect(),
        TensorProto::FLOAT16 => halves().into_iter().map(half).collect(),
        TensorProto::BFLOAT16 => {
            let wide = |bits| f64::from(f32::from_bits(u32::from(bits) << 16));
            halves().into_iter().map(wide).collect()
        }
        _ => return None,
    })
}

fn words(raw: &[u8]) -> impl Iterator<Item = u32> {
    raw.as_chunks::<4>().0.iter().map(|&bytes| u32::from_le_bytes(bytes))
}

fn long_words(raw: &[u8]) -> impl Iterator<Item = u64> {
    raw.as_chunks::<8>().0.iter().map(|&bytes| u64::from_le_bytes(bytes))
}

/// A number of 16 bits: a sign, 5 bits of exponent, 10 of mantissa.
fn half(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    match exponent {
        0 => sign * mantissa * 2.0_f64.powi(-24),
        31 if mantissa == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1.0 + mantissa / 1024.0) * 2.0_f64.powi(exponent - 15),
    }
}

/// The tensors of a graph by name: its initializers, and the nodes that are constants.
pub(super) fn constants(graph: &GraphProto) -> Result<HashMap<String, Tensor>, String> {
    let mut constants = HashMap::new();
    for tensor in &graph.initializer {
        constants.insert(tensor.name.clone(), Tensor::new(tensor)?);
    }
    for node in &graph.node {
        let tensor = match (&*node.op_type, node.attribute.first()) {
            ("Constant", Some(value)) => constant(value)?,
            ("Identity", _) => node.input.first().and_then(|input| constants.get(input)).cloned(),
            _ => None,
        };
        if let (Some(tensor), Some(output)) = (tensor, node.output.first()) {
            constants.insert(output.clone(), tensor);
        }
    }
    Ok(constants)
}

/// The value of a node `Constant`.
fn constant(value: &AttributeProto) -> Result<Option<Tensor>, String> {
    Ok(Some(match (&*value.name, &value.t) {
        ("value", Some(tensor)) => Tensor::new(tensor)?,
        ("value_float", _) => Tensor { shape: vec![], values: vec![f64::from(value.f)] },
        ("value_int", _) => Tensor { shape: vec![], values: vec![value.i as f64] },
        ("value_floats", _) => {
            let values: Vec<f64> = value.floats.iter().map(|&value| f64::from(value)).collect();
            Tensor { shape: vec![values.len()], values }
        }
        ("value_ints", _) => {
            let values: Vec<f64> = value.ints.iter().map(|&value| value as f64).collect();
            Tensor { shape: vec![values.len()], values }
        }
        _ => return Ok(None),
    }))
}

/// The settings of a node.
pub(super) trait Settings {
    /// An integer.
    fn integer(&self, name: &str) -> Option<i64>;
    /// A number.
    fn number(&self, name: &str) -> Option<f64>;
    /// Integers.
    fn integers(&self, name: &str) -> Option<&[i64]>;
    /// A text.
    fn text(&self, name: &str) -> Option<String>;
}

impl Settings for NodeProto {
    fn integer(&self, name: &str) -> Option<i64> {
        attribute(self, name).map(|attribute| attribute.i)
    }

    fn number(&self, name: &str) -> Option<f64> {
        attribute(self, name).map(|attribute| f64::from(attribute.f))
    }

    fn integers(&self, name: &str) -> Option<&[i64]> {
        attribute(self, name).map(|attribute| &attribute.ints[..])
    }

    fn text(&self, name: &str) -> Option<String> {
        attribute(self, name).map(|found| String::from_utf8_lossy(&found.s).into_owned())
    }
}

fn attribute<'n>(node: &'n NodeProto, name: &str) -> Option<&'n AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}
