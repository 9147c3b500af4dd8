//! The file of a model to a network.

use chainrule_onnx::{GraphProto, Message, ModelProto};
use proc_macro2::TokenStream;
use syn::LitStr;

use super::lines::Network;
use super::operators;
use super::place::resolved;

/// Reads the file at `path`. Errors are messages about it.
pub(super) fn file(path: &LitStr, loss: Option<&TokenStream>) -> Result<Network, String> {
    let named = path.value();
    let place = resolved(path);
    let bytes = std::fs::read(&place).map_err(|error| {
        format!(
            "the file `{named}` cannot be read: {error}\n\
             help: write the path of a model, relative to this source file"
        )
    })?;
    let graph = decoded(&bytes).map_err(|problem| {
        format!(
            "the file `{named}` is not an ONNX model: {problem}\n\
             help: export the model again, for example with `torch.onnx.export`"
        )
    })?;
    operators::network(&graph, loss)
        .map_err(|problem| format!("the model `{named}` cannot become a network: {problem}"))
}

/// The graph in a file.
fn decoded(bytes: &[u8]) -> Result<GraphProto, String> {
    let model = ModelProto::decode(bytes).map_err(|error| error.to_string())?;
    match model.graph {
        Some(graph) if !graph.node.is_empty() || !graph.output.is_empty() => Ok(graph),
        _ => Err("it has no graph".to_owned()),
    }
}
