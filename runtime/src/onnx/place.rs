//! Layers where they are used.

/// A layer where it is used: its names, and the shape that its output has in the network.
pub(super) struct Place {
    /// The name of the node.
    pub(super) name: String,
    /// The name of the layer whose tensors it has, which is another one for a further use.
    pub(super) tensors: String,
    /// The shape of a sample after it.
    pub(super) output: Vec<usize>,
}

impl Place {
    /// The name of a tensor of the layer.
    pub(super) fn tensor(&self, field: &str) -> String {
        format!("{}.{field}", self.tensors)
    }

    /// The same with another name of the node, for a value inside the layer.
    pub(super) fn with_name(&self, name: String) -> Place {
        Place { name, tensors: self.tensors.clone(), output: self.output.clone() }
    }

    /// The name of a value inside the layer.
    pub(super) fn inner(&self, part: &str) -> String {
        format!("{}.{part}", self.name)
    }
}
