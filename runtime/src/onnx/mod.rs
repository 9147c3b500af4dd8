//! Networks as [ONNX](https://onnx.ai) models, for other runtimes: with the feature `onnx`.
//!
//! ```
//! use chainrule::{Init, Rng, network, onnx};
//!
//! network! { struct Net = Affine(4, 8) -> Relu -> Affine(8, 3) => SoftmaxWithLoss; }
//!
//! let net = Net::new(Init::Auto, &mut Rng::seed(0));
//! let path = std::env::temp_dir().join("chainrule_net.onnx");
//! onnx::export(&net, &path)?; // the scores, as `predict` returns them
//! onnx::Export::new(&net).probabilities().write(&path)?; // as `predict_proba` returns them
//! # std::fs::remove_file(path).ok();
//! # Ok::<(), onnx::Error>(())
//! ```
//!
//! A model computes what a prediction computes: it contains neither dropout nor the loss. It needs
//! version 17 of the operators, or a later one.
//!
//! - Inputs have the names and shapes of the declaration, after an axis `batch` of any length; the input
//!   of a chain is called `input`. Indices are of type `int64`, all other numbers `float`: the
//!   parameters of a network in `f64` are rounded.
//! - Lengths of padded sequences are an input of type `int64` with the axis `batch` only, from 1 to the
//!   number of steps. What is beyond them makes no difference.
//! - An only output is called `output`. Of several, each has its name in the declaration.
//! - A node has the name of its layer, `affine1`; a parameter that of its tensor, `affine1.weight`. A
//!   layer of layers contributes the nodes `mlp1.affine1` and so on.
//!
//! Layers of one's own are an [`Error`], unless they consist of others or state an
//! [`Operation`](crate::layers::Operation).

mod attention;
mod dense;
mod error;
mod graph;
mod images;
mod padded;
mod place;
mod sequences;
mod writer;

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use chainrule_onnx::{Message, ModelProto, OperatorSetIdProto};

pub use error::Error;

use crate::kernels::scalar::Scalar;
use crate::losses::{Loss, OutputFunction};
use crate::network::declared::Network;
use crate::saving::file::replace;
use writer::{Parameter, Value, Writer, int};

/// The version of the operators.
const OPERATORS: i64 = 17;

/// The version of the format that came with these operators.
const FORMAT: i64 = 8;

/// Writes a network as a model that computes its scores, as `predict` returns them.
///
/// The file is replaced when the model is completely on disk.
///
/// # Errors
///
/// [`Error::OwnLayer`] for a layer that cannot be exported, [`Error::Write`] if writing fails.
pub fn export<N: Network>(network: &impl AsRef<N>, path: impl AsRef<Path>) -> Result<(), Error> {
    Export::new(network).write(path)
}

/// An export with settings.
#[derive(Clone, Copy, Debug)]
pub struct Export<'n, N> {
    network: &'n N,
    has_probabilities: bool,
}

impl<'n, N: Network> Export<'n, N> {
    /// An export of the scores.
    #[must_use]
    pub fn new(network: &'n impl AsRef<N>) -> Export<'n, N> {
        Export { network: network.as_ref(), has_probabilities: false }
    }

    /// The outputs are probabilities: the softmax or sigmoid of the scores, by the loss. Of several
    /// outputs, those of losses that have none remain scores.
    #[must_use]
    pub fn probabilities(self) -> Export<'n, N> {
        Export { has_probabilities: true, ..self }
    }

    /// Writes the model to a file, see [`export`].
    ///
    /// # Errors
    ///
    /// As [`export`], and [`Error::NoProbabilities`] if these are wanted and no output has some.
    pub fn write(self, path: impl AsRef<Path>) -> Result<(), Error> {
        let (model, path) = (self.bytes()?, path.as_ref());
        replace(path, |file| file.write_all(&model))
            .map_err(|cause| Error::Write { path: path.to_owned(), cause })
    }

    /// The contents of the file.
    ///
    /// # Errors
    ///
    /// As [`write`](Export::write).
    pub fn bytes(self) -> Result<Vec<u8>, Error> {
        let mut writer = Writer::new(N::NAME, parameters(self.network));
        let inputs = inputs::<N>(&mut writer);
        let outputs = graph::network(&mut writer, &N::GRAPH, &inputs)?;
        let outputs = self.with_probabilities(&mut writer, outputs)?;
        for (name, value) in &outputs {
            writer.output(name, value);
        }
        let operators = OperatorSetIdProto { domain: String::new(), version: OPERATORS };
        let model = ModelProto {
            ir_version: FORMAT,
            producer_name: "chainrule".to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            graph: Some(writer.finish()),
            opset_import: vec![operators],
        };
        Ok(model.encode_to_vec())
    }

    /// The outputs, after the functions of their losses if these are wanted.
    fn with_probabilities(
        &self,
        writer: &mut Writer,
        mut outputs: Vec<(String, Value)>,
    ) -> Result<Vec<(String, Value)>, Error> {
        if !self.has_probabilities {
            return Ok(outputs);
        }
        let loss = N::loss_function();
        let functions = (0..outputs.len()).map(|output| match loss.head(output) {
            Some(head) => head.output_function(),
            None => loss.output_function(),
        });
        let functions: Vec<OutputFunction> = functions.collect();
        if functions.iter().all(|function| *function == OutputFunction::None) {
            let loss = N::LAYERS.last().map_or("", |row| row.layer);
            return Err(Error::NoProbabilities { network: N::NAME, loss });
        }
        for ((_, value), function) in outputs.iter_mut().zip(functions) {
            let (operator, attributes) = match function {
                OutputFunction::None => continue,
                OutputFunction::Softmax => ("Softmax", vec![int("axis", -1)]),
                OutputFunction::EachSigmoid => ("Sigmoid", vec![]),
            };
            let shape = value.shape.clone();
            *value = writer.node("loss", operator, &[&value.name], attributes, &shape);
        }
        Ok(outputs)
    }
}

/// The tensors of a network by name.
fn parameters<N: Network>(network: &N) -> HashMap<String, Parameter> {
    let numbers = network.parameters();
    let tensors = N::TENSORS.iter().map(|tensor| {
        let values = tensor.of(numbers).iter().map(|value| value.as_f64() as f32).collect();
        (tensor.to_string(), Parameter { shape: tensor.shape.to_vec(), values })
    });
    tensors.collect()
}

/// Declares the inputs. Of padded sequences, those of the network are the steps within the lengths.
fn inputs<N: Network>(writer: &mut Writer) -> Vec<Value> {
    let mut columns = Vec::new();
    let mut before = 0;
    let inputs = N::GRAPH.inputs.iter().zip(N::GRAPH.input_shapes).map(|((name, size), shape)| {
        let is_length = N::PADDED_INPUTS.iter().any(|padded| padded.length == before);
        let is_index = N::INDEX_INPUTS.iter().any(|(column, ..)| *column == before);
        columns.push(before);
        before += size;
        // One length for each sample: without an axis of its own.
        let shape = if is_length { &[] } else { shape.sizes() };
        writer.input(name, shape, is_index || is_length)
    });
    let mut inputs: Vec<Value> = inputs.collect();
    for padded in N::PADDED_INPUTS {
        let at = |column: usize| columns.iter().position(|other| *other == column);
        if let (Some(of), Some(lengths)) = (at(padded.from), at(padded.length)) {
            let lengths = inputs[lengths].clone();
            inputs[of] = padded::cleared(writer, &inputs[of], &lengths, padded.steps);
        }
    }
    inputs
}
