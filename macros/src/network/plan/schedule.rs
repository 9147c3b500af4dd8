//! What a plan consists of: the steps of a pass, and the memory for it.

use super::nodes::Source;
use crate::network::size::Size;

/// The two passes of a network.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) inference: Schedule,
    pub(crate) training: Schedule,
}

/// Where a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// In a slot of the workspace.
    Slot(usize),
    /// In the caller's buffer for the network's outputs, which the caller
    /// overwrites with their derivatives after the forward pass.
    Output,
    /// In the caller's buffer for the gradient of the network's input, if there is
    /// one.
    Input,
}

/// A step of the forward pass.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Forward {
    pub(crate) node: usize,
    /// The operand that the result replaces, which no later step reads.
    pub(crate) in_place_operand: Option<usize>,
}

/// A step of the backward pass.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Backward {
    pub(crate) node: usize,
    /// What the step does to the gradient of each operand.
    pub(crate) operands: Vec<Contribution>,
    /// What a layer does to the gradients of its parameters: `Assign`, or `Accumulate`
    /// if an earlier step of this pass assigned them.
    pub(crate) parameters: Option<How>,
    /// Whether the gradient of the node's output is computed only where the caller
    /// asks for the gradient of the input.
    pub(crate) only_for_input_grad: bool,
}

/// What a step does to the gradient of one of its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Contribution {
    pub(crate) how: How,
    /// A buffer that is first used here: that of the gradient where it is assigned,
    /// and that of a layer's term where it is accumulated.
    pub(crate) place: Option<Place>,
    /// Whether the step is left out unless the caller asks for the gradient of the
    /// input.
    pub(crate) only_for_input_grad: bool,
}

/// How a gradient comes about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    /// It is written for the first time.
    Assign,
    /// A term is added to what was assigned before.
    Accumulate,
    /// The gradient of the node's output becomes it, in the same buffer.
    InPlace,
}

/// A pass through the network, and the memory for it.
#[derive(Clone)]
pub(crate) struct Schedule {
    pub(crate) forward: Vec<Forward>,
    pub(crate) backward: Vec<Backward>,
    /// Where each node takes its values from.
    pub(crate) sources: Vec<Vec<Source>>,
    /// Whether the last value is copied to the outputs, since `backward` reads it.
    pub(crate) copy_outputs: bool,
    /// Where each node's output is stored.
    pub(crate) outputs: Vec<Place>,
    /// Where the gradient of each node's output is stored, if it has one.
    pub(crate) gradients: Vec<Option<Place>>,
    /// Where each node saves what its backward pass needs.
    pub(crate) saved: Vec<Option<Place>>,
    /// The size of each slot, as the widths of all values that share it.
    pub(crate) slots: Vec<Vec<Size>>,
    /// Of each layer that is used once, whether its input and the gradient of its
    /// output are still there after the backward pass, if the layer itself leaves them
    /// alone: its parameters can then be updated from them.
    pub(crate) survives_backward: Vec<bool>,
}
