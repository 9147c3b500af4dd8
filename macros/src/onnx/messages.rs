//! Messages about nodes of a model.

use chainrule_onnx::NodeProto;

use super::fold::ANY_BATCH;

/// The name of a node, or of what it computes.
pub(super) fn title(node: &NodeProto) -> String {
    match (&*node.name, node.output.first()) {
        ("", Some(output)) => format!("that computes `{output}`"),
        (name, _) => format!("`{name}`"),
    }
}

/// A message about a node.
pub(super) fn about(node: &NodeProto, problem: &str, help: &str) -> String {
    format!("`{}` of the node {}: {problem}\nhelp: {help}", node.op_type, title(node))
}

/// A size, in which a batch that may have any is called `batch`.
pub(super) fn size(size: usize) -> String {
    match size / ANY_BATCH {
        1 if size == ANY_BATCH => "batch".to_owned(),
        samples if samples > 0 && size.is_multiple_of(ANY_BATCH) => format!("{samples}·batch"),
        _ => size.to_string(),
    }
}

/// A shape: `[batch, 3]`.
pub(super) fn shape(sizes: &[usize]) -> String {
    let sizes: Vec<String> = sizes.iter().map(|&of| size(of)).collect();
    format!("[{}]", sizes.join(", "))
}
