//! The file of a model to a network.

use std::collections::BTreeSet;
use std::path::Path;

use chainrule_onnx::{GraphProto, Message, ModelProto};
use proc_macro2::TokenStream;
use syn::LitStr;

use super::lines::Network;
use super::operators;
use super::place::resolved;
use super::tensor::external_file;

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
    let (graph, version) = decoded(&bytes).ok_or_else(|| {
        format!(
            "the file `{named}` is not an ONNX model\n\
             help: export the model again, for example with `torch.onnx.export`"
        )
    })?;
    let folder = place.parent().unwrap_or(Path::new(""));
    let network = operators::network(&graph, version, folder, loss)
        .map_err(|problem| format!("the model `{named}` cannot become a network: {problem}"))?;
    let files: BTreeSet<&str> = graph.initializer.iter().filter_map(external_file).collect();
    Ok(Network { files: files.into_iter().map(str::to_owned).collect(), ..network })
}

/// The graph in a file, and the version of its operators; `None` if it is not a model.
fn decoded(bytes: &[u8]) -> Option<(GraphProto, i64)> {
    let model = ModelProto::decode(bytes).ok()?;
    let standard = model.opset_import.iter().find(|set| matches!(&*set.domain, "" | "ai.onnx"));
    let version = standard.map_or(1, |set| set.version);
    let graph = model.graph?;
    let is_empty = graph.node.is_empty() && graph.output.is_empty();
    (!is_empty).then_some((graph, version))
}
