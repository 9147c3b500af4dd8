#[cfg(feature = "std")]
use super::names::Names;
use super::number::Dtype;
#[cfg(feature = "std")]
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
    /// a [`BatchNorm`](crate::layers::BatchNorm) is the integer `num_batches_tracked`. The tensors of
    /// recurrent layers are called `weight_ih_l0` and so on, as those of the first layer there. If an
    /// `Affine` has as many inputs as outputs, the layout cannot be detected from the file.
    PyTorch,
}

impl Layout {
    /// How `tensor` of `N` is stored, with these names replaced.
    #[cfg(feature = "std")]
    pub(super) fn stored<N: Network>(self, tensor: &TensorInfo, names: &Names) -> Stored {
        let name = names.of(tensor, self.last_field::<N>(tensor));
        let shape = self.shape::<N>(tensor).as_slice().to_vec();
        Stored { name, shape, counter: self.counter::<N>(tensor) }
    }

    /// The last field of the name of `tensor`.
    pub(super) const fn last_field<N: Network>(self, tensor: &TensorInfo) -> &'static str {
        match (self.counter::<N>(tensor), self) {
            (Some(_), _) => "num_batches_tracked",
            (None, Layout::PyTorch) => pytorch_field(tensor.last_field()),
            (None, Layout::Chainrule) => tensor.last_field(),
        }
    }

    /// The type of a counter without axes, if that is how `tensor` is stored.
    pub(super) const fn counter<N: Network>(self, tensor: &TensorInfo) -> Option<Dtype> {
        match self {
            Layout::PyTorch if is_batch_counter::<N>(tensor) => Some(Dtype::I64),
            _ => None,
        }
    }

    /// The shape of `tensor` in a file.
    pub(super) const fn shape<N: Network>(self, tensor: &TensorInfo) -> FileShape {
        match (self, tensor.order, tensor.shape) {
            _ if self.counter::<N>(tensor).is_some() => FileShape::new(&[]),
            (Layout::PyTorch, Order::Matrix, &[inputs, outputs]) => {
                FileShape::new(&[outputs, inputs])
            }
            (Layout::PyTorch, Order::Gates, &[inputs, gates, outputs]) => {
                FileShape::new(&[gates * outputs, inputs])
            }
            (Layout::PyTorch, Order::Gates, &[gates, outputs]) => {
                FileShape::new(&[gates * outputs])
            }
            (_, _, shape) => FileShape::new(shape),
        }
    }

    /// Whether the elements of `tensor` are in another order in the file.
    pub(super) const fn is_reordered(self, tensor: &TensorInfo) -> bool {
        let is_weight = match tensor.order {
            Order::Matrix => tensor.shape.len() == 2,
            Order::Gates => tensor.shape.len() == 3,
            Order::Table => false,
        };
        matches!(self, Layout::PyTorch) && is_weight
    }

    /// The index among the elements of `tensor` that corresponds to index `place` in the file.
    pub(super) const fn place(self, tensor: &TensorInfo, place: usize) -> usize {
        match tensor.shape {
            // The file has `outputs × inputs`.
            &[inputs, ..] if self.is_reordered(tensor) => {
                place % inputs * (tensor.len() / inputs) + place / inputs
            }
            _ => place,
        }
    }
}

/// The shape of a tensor in a file. Also known at compile time, where there is no `Vec`.
pub(super) struct FileShape {
    lengths: [usize; 4],
    axes: usize,
}

impl FileShape {
    const fn new(shape: &[usize]) -> FileShape {
        let (mut lengths, mut axis) = ([0; 4], 0);
        while axis < shape.len() {
            lengths[axis] = shape[axis];
            axis += 1;
        }
        FileShape { lengths, axes: shape.len() }
    }

    pub(super) const fn as_slice(&self) -> &[usize] {
        self.lengths.split_at(self.axes).0
    }

    pub(super) const fn is(&self, other: &[usize]) -> bool {
        let mut axis = 0;
        while axis < self.axes && axis < other.len() && self.lengths[axis] == other[axis] {
            axis += 1;
        }
        axis == self.axes && axis == other.len()
    }
}

/// How a tensor is stored in a file.
#[cfg(feature = "std")]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    /// The type of a counter, which is not that of the network.
    pub(super) counter: Option<Dtype>,
}

#[cfg(feature = "std")]
impl Stored {
    /// The type in which the tensor is written.
    pub(super) fn dtype<T: Scalar>(&self) -> Dtype {
        self.counter.unwrap_or(Dtype::of::<T>())
    }
}

/// The name of a tensor in PyTorch: its recurrent layers number their layers, of which ours have one.
const fn pytorch_field(name: &'static str) -> &'static str {
    match name.as_bytes() {
        b"weight_ih" => "weight_ih_l0",
        b"weight_hh" => "weight_hh_l0",
        b"bias_ih" => "bias_ih_l0",
        b"bias_hh" => "bias_hh_l0",
        _ => name,
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
