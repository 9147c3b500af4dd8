use super::names::Names;
use super::number::Dtype;
use crate::kernels::scalar::Scalar;
use crate::network::declared::Network;
use crate::params::tensor::{Kind, Order, TensorInfo};

/// The layout of tensors in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// The layout of this crate: weights are `inputs × outputs`.
    #[default]
    Chainrule,
    /// The layout of PyTorch: the weights of a `Linear` are `outputs × inputs`, the gates of an `LSTM`
    /// and the three projections of a `MultiheadAttention` are one axis, and the `batches` of
    /// a [`BatchNorm`](crate::layers::BatchNorm) is the integer `num_batches_tracked`. If an
    /// `Affine` has as many inputs as outputs, the layout cannot be detected from the file.
    PyTorch,
}

/// How a tensor is stored in a file.
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    /// The type of a counter, which is not that of the network.
    pub(super) counter: Option<Dtype>,
}

impl Layout {
    /// How `tensor` of `N` is stored, with these names replaced.
    pub(super) fn stored<N: Network>(self, tensor: &TensorInfo, names: &Names) -> Stored {
        if self == Layout::PyTorch && is_batch_counter::<N>(tensor) {
            let name = names.of(tensor, "num_batches_tracked");
            return Stored { name, shape: Vec::new(), counter: Some(Dtype::I64) };
        }
        let shape = match (self, tensor.order, tensor.shape) {
            (Layout::PyTorch, Order::Matrix, &[inputs, outputs]) => vec![outputs, inputs],
            (Layout::PyTorch, Order::Gates, &[inputs, gates, outputs]) => {
                vec![gates * outputs, inputs]
            }
            (Layout::PyTorch, Order::Gates, &[gates, outputs]) => vec![gates * outputs],
            (_, _, shape) => shape.to_vec(),
        };
        Stored { name: names.of(tensor, tensor.last_field()), shape, counter: None }
    }

    /// The index among the elements of `tensor` that corresponds to index `place` in the file.
    pub(super) fn place(self, tensor: &TensorInfo, place: usize) -> usize {
        let transposed = |inputs: usize, outputs: usize| place % inputs * outputs + place / inputs;
        match (self, tensor.order, tensor.shape) {
            (Layout::PyTorch, Order::Matrix, &[inputs, outputs]) => transposed(inputs, outputs),
            (Layout::PyTorch, Order::Gates, &[inputs, gates, outputs]) => {
                transposed(inputs, gates * outputs)
            }
            _ => place,
        }
    }
}

impl Stored {
    /// The type in which the tensor is written.
    pub(super) fn dtype<T: Scalar>(&self) -> Dtype {
        self.counter.unwrap_or(Dtype::of::<T>())
    }
}

/// Whether `tensor` is the number of batches in running statistics: a buffer of one number called
/// `batches`, next to one called `running_mean`, as `BatchNorm` has it.
fn is_batch_counter<N: Network>(tensor: &TensorInfo) -> bool {
    let is_counter = tensor.last_field() == "batches" && tensor.shape == [1];
    let has_statistics = || {
        let statistics = N::TENSORS.iter().filter(|other| other.last_field() == "running_mean");
        statistics.into_iter().any(|other| other.is_beside(tensor))
    };
    is_counter && tensor.kind == Kind::Buffer && has_statistics()
}
