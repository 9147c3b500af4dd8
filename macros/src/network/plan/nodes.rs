//! The graph that is planned.

use crate::network::size::Size;

/// Where a node takes a value from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// The input of the network, which is only read.
    Input,
    /// The output of another node.
    Node(usize),
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operation {
    /// A layer whose backward pass reads its input. Nodes with the same number are
    /// the same layer, so that the gradients of its parameters add up.
    Layer(usize),
    /// A function of each number, which can work in place. Its backward pass reads its
    /// output, or the derivative that it saved.
    Activation,
    /// An activation that a prediction does without.
    Noise,
    /// The sum of two values.
    Sum,
    /// The product of two values, element by element.
    Product,
    /// Values side by side.
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
    /// What its forward pass saves for its backward pass, per sample.
    pub(crate) saved: Option<Saved>,
}

/// The numbers per sample that a layer saves while training, and that it needs
/// for a prediction.
#[derive(Clone)]
pub(crate) struct Saved {
    pub(crate) training: Size,
    pub(crate) inference: Size,
}

impl Node {
    pub(crate) fn is_layer(&self) -> bool {
        self.layer().is_some()
    }

    /// The number of the layer that it is.
    pub(crate) fn layer(&self) -> Option<usize> {
        match self.operation {
            Operation::Layer(layer) => Some(layer),
            _ => None,
        }
    }

    /// Whether it computes each number of its output from the numbers at the same
    /// place in its operands, so that the output can replace one of them.
    pub(super) fn is_elementwise(&self) -> bool {
        use Operation::{Activation, Noise, Product, Sum};
        matches!(self.operation, Activation | Noise | Sum | Product)
    }

    /// Whether it reads a value as one of its operands only.
    pub(super) fn reads_once(&self, value: Source) -> bool {
        self.sources.iter().filter(|source| **source == value).count() == 1
    }
}
