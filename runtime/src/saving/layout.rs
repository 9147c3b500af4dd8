use crate::params::tensor::TensorInfo;

/// The layout of two-dimensional weights in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// The layout of this crate: `inputs × outputs`.
    #[default]
    Chainrule,
    /// The layout of PyTorch's `Linear`: `outputs × inputs`. If an `Affine` has as many inputs as
    /// outputs, the layout cannot be detected from the file.
    PyTorch,
}

impl Layout {
    /// The shape of `tensor` in a file.
    pub(super) fn shape(self, tensor: &TensorInfo) -> Vec<usize> {
        match (self, tensor.shape) {
            (Layout::PyTorch, &[inputs, outputs]) => vec![outputs, inputs],
            (_, shape) => shape.to_vec(),
        }
    }

    /// The index among the elements of `tensor` that corresponds to index `place` in the file.
    pub(super) fn place(self, tensor: &TensorInfo, place: usize) -> usize {
        match (self, tensor.shape) {
            (Layout::PyTorch, &[inputs, outputs]) => place % inputs * outputs + place / inputs,
            _ => place,
        }
    }
}
