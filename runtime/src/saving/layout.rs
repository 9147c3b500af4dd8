use crate::params::tensor::TensorInfo;

/// Which way round weights of two dimensions lie in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// As here: `inputs × outputs`.
    #[default]
    Chainrule,
    /// As PyTorch's `Linear` has them: `outputs × inputs`. That the weight of an
    /// `Affine` with as many inputs as outputs lies the other way round, nothing
    /// in a file can tell.
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

    /// The place among the numbers of `tensor` of the one at `place` in a file.
    pub(super) fn place(self, tensor: &TensorInfo, place: usize) -> usize {
        match (self, tensor.shape) {
            (Layout::PyTorch, &[inputs, outputs]) => place % inputs * outputs + place / inputs,
            _ => place,
        }
    }
}
