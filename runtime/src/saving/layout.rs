use super::names::Names;
use super::number::Dtype;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::params::tensor::{Kind, TensorInfo};

/// The layout of tensors in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// The layout of this crate: weights are `inputs × outputs`.
    #[default]
    Chainrule,
    /// The layout of PyTorch: the weights of a `Linear` are `outputs × inputs`, and the `batches` of
    /// a [`BatchNorm`](crate::layers::BatchNorm) is the integer `num_batches_tracked`. If an
    /// `Affine` has as many inputs as outputs, the layout cannot be detected from the file.
    PyTorch,
}

impl Layout {
    /// How `tensor` of `N` is stored, with these names replaced.
    pub(super) fn stored<N: Network>(self, tensor: &TensorInfo, names: &Names) -> Stored {
        let (name, counter) =
            (names.of(tensor, self.last_field::<N>(tensor)), self.counter::<N>(tensor));
        let mut shape = tensor.shape.to_vec();
        if self.is_transposed(tensor) {
            shape.reverse();
        }
        if counter.is_some() {
            shape.clear();
        }
        Stored { name, shape, counter }
    }

    /// The last field of the name of `tensor`.
    pub(super) const fn last_field<N: Network>(self, tensor: &TensorInfo) -> &'static str {
        match self.counter::<N>(tensor) {
            Some(_) => "num_batches_tracked",
            None => tensor.last_field(),
        }
    }

    /// The type of a counter without axes, if that is how `tensor` is stored.
    pub(super) const fn counter<N: Network>(self, tensor: &TensorInfo) -> Option<Dtype> {
        match self {
            Layout::PyTorch if is_batch_counter::<N>(tensor) => Some(Dtype::I64),
            _ => None,
        }
    }

    /// Whether the axes of `tensor` are in reverse order.
    pub(super) const fn is_transposed(self, tensor: &TensorInfo) -> bool {
        matches!(self, Layout::PyTorch) && tensor.shape.len() == 2
    }

    /// The index among the elements of `tensor` that corresponds to index `place` in the file.
    pub(super) const fn place(self, tensor: &TensorInfo, place: usize) -> usize {
        match tensor.shape {
            &[inputs, outputs] if self.is_transposed(tensor) => {
                place % inputs * outputs + place / inputs
            }
            _ => place,
        }
    }
}

/// How a tensor is stored in a file.
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    /// The type of a counter, which is not that of the network.
    pub(super) counter: Option<Dtype>,
}

impl Stored {
    /// The type in which the tensor is written.
    pub(super) fn dtype<T: Scalar>(&self) -> Dtype {
        self.counter.unwrap_or(Dtype::of::<T>())
    }
}

/// Whether `tensor` is the number of batches in running statistics: a buffer of one number called
/// `batches`, next to one called `running_mean`, as `BatchNorm` has it.
const fn is_batch_counter<N: Network>(tensor: &TensorInfo) -> bool {
    let is_counter = matches!(tensor.last_field().as_bytes(), b"batches")
        && matches!(tensor.shape, [1])
        && matches!(tensor.kind, Kind::Buffer);
    let mut at = 0;
    while is_counter && at < N::TENSORS.len() {
        let other = &N::TENSORS[at];
        if matches!(other.last_field().as_bytes(), b"running_mean") && other.is_beside(tensor) {
            return true;
        }
        at += 1;
    }
    false
}
