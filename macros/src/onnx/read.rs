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
    let graph = decoded(&bytes).ok_or_else(|| {
        format!(
            "the file `{named}` is not an ONNX model\n\
             help: export the model again, for example with `torch.onnx.export`"
        )
    })?;
    operators::network(&graph, loss)
        .map_err(|problem| format!("the model `{named}` cannot become a network: {problem}"))
}

/// The graph in a file; `None` if it is not a model.
fn decoded(bytes: &[u8]) -> Option<GraphProto> {
    let graph = ModelProto::decode(bytes).ok()?.graph?;
    let is_empty = graph.node.is_empty() && graph.output.is_empty();
    (!is_empty).then_some(graph)
}
