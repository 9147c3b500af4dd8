//! The graph of nodes that is planned.

use crate::network::size::Size;

/// Where a node takes a value from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// The input of the network, which is only read.
    Input,
    /// The output of another node.
    Node(usize),
}

/// The operation of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operation {
    /// A layer whose backward pass reads its input. Nodes with the same number share one layer, so
    /// the gradients of its parameters accumulate.
    Layer(usize),
    /// An elementwise function, which can work in place. Its backward pass reads its output, or the
    /// derivative that it saved.
    Activation,
    /// An activation that predictions skip.
    TrainOnly,
    /// The sum of two values.
    Sum,
    /// The elementwise product of two values.
    Product,
    /// The concatenation of values.
    Concat,
    /// Columns of the network's input.
    Part,
}

/// One node of the graph.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) operation: Operation,
    pub(crate) sources: Vec<Source>,
    /// Features of the output, per sample.
    pub(crate) width: Size,
    /// The numbers per sample that its forward pass saves for its backward pass.
    pub(crate) saved: Option<Saved>,
}

/// The numbers per sample that a layer saves in training, and those that it needs in a prediction.
#[derive(Clone)]
pub(crate) struct Saved {
    pub(crate) training: Size,
    pub(crate) inference: Size,
    /// Whether those of training are kept from one batch to the next.
    pub(crate) is_kept: bool,
}

impl Node {
    pub(crate) fn is_layer(&self) -> bool {
        self.layer().is_some()
    }

    /// The number of its layer, if it is one.
    pub(crate) fn layer(&self) -> Option<usize> {
        match self.operation {
            Operation::Layer(layer) => Some(layer),
            _ => None,
        }
    }

    /// Whether each number of its output depends only on the numbers at the same position in its
    /// operands, so that the output can replace one of them.
    pub(super) fn is_elementwise(&self) -> bool {
        use Operation::{Activation, Product, Sum, TrainOnly};
        matches!(self.operation, Activation | TrainOnly | Sum | Product)
    }

    /// Whether exactly one of its operands is this value.
    pub(super) fn reads_once(&self, value: Source) -> bool {
        self.sources.iter().filter(|source| **source == value).count() == 1
    }
}
