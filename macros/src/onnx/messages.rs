//! Messages about nodes of a model.

use chainrule_onnx::NodeProto;

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
