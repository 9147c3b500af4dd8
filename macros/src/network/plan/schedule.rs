//! The parts of a plan: the steps of each pass, and their memory.

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
    /// A slot of the workspace.
    Slot(usize),
    /// The caller's buffer for the network's outputs, which the caller overwrites with their
    /// gradients after the forward pass.
    Output,
    /// The caller's buffer for the gradient of the network's input, if there is one.
    Input,
}

/// A step of the forward pass.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Forward {
    pub(crate) node: usize,
    /// The operand that the result replaces; no later step reads it.
    pub(crate) in_place_operand: Option<usize>,
}

/// A step of the backward pass.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Backward {
    pub(crate) node: usize,
    /// The step's contribution to the gradient of each operand.
    pub(crate) operands: Vec<Contribution>,
    /// How a layer stores the gradients of its parameters: `Assign`, or `Accumulate` if an earlier
    /// step of this pass assigned them.
    pub(crate) parameters: Option<How>,
    /// Whether the gradient of the node's output is computed only if the caller requests the
    /// gradient of the input.
    pub(crate) only_for_input_grad: bool,
}

/// The contribution of a step to the gradient of one of its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Contribution {
    pub(crate) how: How,
    /// A buffer that is first used here: for the gradient if it is assigned, or for a layer's term
    /// if it is accumulated.
    pub(crate) place: Option<Place>,
    /// Whether the contribution is skipped unless the caller requests the gradient of the input.
    pub(crate) only_for_input_grad: bool,
}

/// How a gradient is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    /// Written for the first time.
    Assign,
    /// Added to what was assigned before.
    Accumulate,
    /// Computed from the gradient of the node's output, in the same buffer.
    InPlace,
}

/// A pass through the network, and its memory.
#[derive(Clone)]
pub(crate) struct Schedule {
    pub(crate) forward: Vec<Forward>,
    pub(crate) backward: Vec<Backward>,
    /// The sources of each node's operands.
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
    /// For each layer that is used once, whether its input and the gradient of its output are
    /// intact after the backward pass, provided the layer itself does not overwrite them. Its
    /// parameters can then be updated from them.
    pub(crate) survives_backward: Vec<bool>,
}
