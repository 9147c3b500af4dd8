//! Shapes to plan: which step computes what, in which order, and in which memory.
//!
//! A network is a graph of nodes, each of which computes one value from others. A chain is the
//! simplest such graph. The forward pass visits the nodes in order, the backward pass in reverse.
//! Afterwards, layers whose input and output gradient are still in memory can take the step of
//! their weights (`survives_backward`). `liveness` and `gradients` list the values of the passes
//! with their live ranges, and `allocate` assigns them slots of the workspace.
//!
//! # Invariants
//!
//! A *value* is the output of a node, the gradient of one, or the saved values of a layer. It is
//! *live* from its first write until its last read. The reader is a later node, the loss, the
//! backward step of a layer (which reads its input and saved values), of an activation (its output)
//! or of a product (its factors), or a deferred update.
//!
//! 1. No two live values share memory, and a step does not write to what it reads, unless it works
//!    in place.
//! 2. Each read finds the required value: that of the operand's node, complete, with the operands
//!    in order.
//! 3. A step works in place only if it is elementwise, reads that operand once, and no later step
//!    reads the operand. The result is then stored in the operand's place.
//! 4. A gradient is assigned once, by the first step that contributes to it. Each other reader of
//!    the value adds one term. The gradient is read only after the last term.
//! 5. Every layer that the loss depends on gets the gradient of its output. The first of its
//!    backward steps assigns the gradients of its parameters, and the steps of its other uses add
//!    to them. A gradient with no layer at or before its node is computed only if the caller
//!    requests the gradient of the input, and no other step depends on it.
//! 6. The network's input is only read. The buffer of the outputs holds them after the forward
//!    pass. `backward` reads none of them there, since the caller overwrites the buffer with the
//!    gradients. The buffer for the gradient of the input is used only if there is one, and holds
//!    that gradient at the end.
//! 7. `survives_backward` is true of exactly those layers that are used once and whose input and
//!    output gradient are intact after the backward pass.
//! 8. A slot is as wide as the widest value that is stored in it.
//! 9. A prediction computes the same as training, except that each reader of noise reads the
//!    noise's input instead.
//!
//! `verify` proves these invariants for one plan by executing it on symbols. In tests, every plan
//! that is created is verified.

mod allocate;
mod gradients;
mod liveness;
mod nodes;
mod schedule;
#[cfg(test)]
pub(crate) mod verify;

use self::allocate::{allocate, survives_backward};
use self::gradients::BackwardPass;
use self::liveness::{ForwardPass, Values};
pub(crate) use self::nodes::{Node, Operation, Saved, Source};
pub(crate) use self::schedule::{Backward, Contribution, Forward, How, Place, Plan, Schedule};
use crate::network::size::Size;

impl Plan {
    /// Plans a graph whose nodes are in topological order. The last node is the output; `input` is
    /// the width of the input.
    pub(crate) fn new(nodes: &[Node], input: &Size) -> Plan {
        let training = Pass::new(nodes, input, true).placed(nodes);
        let predicting = without_noise(nodes);
        let inference = Pass::new(&predicting, input, false).placed(&predicting);
        let plan = Plan { inference, training };
        #[cfg(test)]
        if let Err(violation) = verify::verify(nodes, input, &plan) {
            panic!("the memory plan is wrong: {violation}");
        }
        plan
    }
}

/// The nodes of a prediction: readers of noise read the input of the noise instead. Noise at the
/// end remains, without effect.
fn without_noise(nodes: &[Node]) -> Vec<Node> {
    let mut nodes = nodes.to_vec();
    for at in 0..nodes.len() {
        let sources = nodes[at].sources.clone();
        nodes[at].sources = sources.into_iter().map(|source| past_noise(&nodes, source)).collect();
    }
    nodes
}

/// Where the value of `source` comes from, skipping noise. The nodes before it must not read noise.
fn past_noise(nodes: &[Node], source: Source) -> Source {
    match source {
        Source::Node(node) if nodes[node].operation == Operation::TrainOnly => {
            nodes[node].sources[0]
        }
        source => source,
    }
}

/// A pass before its values are placed.
pub(crate) struct Pass {
    pub(crate) values: Values,
    forward: ForwardPass,
    backward: BackwardPass,
}

impl Pass {
    /// Lists the steps of a pass, and the values that they compute.
    pub(crate) fn new(nodes: &[Node], input: &Size, training: bool) -> Pass {
        let mut values = Values::default();
        let forward = liveness::forward(nodes, training, &mut values);
        let backward = if training {
            gradients::backward(nodes, input, &mut values)
        } else {
            BackwardPass { steps: Vec::new(), gradients: vec![None; nodes.len()] }
        };
        Pass { values, forward, backward }
    }

    /// Assigns each value its place.
    pub(crate) fn placed(self, nodes: &[Node]) -> Schedule {
        let Pass { values, forward, backward } = self;
        let memory = allocate(&values);
        let place = |value: &usize| memory.places[*value];
        let places = |values: &[Option<usize>]| {
            values.iter().map(|value| value.as_ref().map(place)).collect()
        };
        Schedule {
            sources: nodes.iter().map(|node| node.sources.clone()).collect(),
            copy_outputs: forward.copy_outputs,
            outputs: forward.outputs.iter().map(place).collect(),
            gradients: places(&backward.gradients),
            saved: places(&forward.saved),
            survives_backward: survives_backward(
                nodes,
                &memory.is_last,
                &forward.outputs,
                &backward.gradients,
            ),
            forward: forward.steps,
            backward: backward.steps.into_iter().map(|step| step.placed(&memory.places)).collect(),
            slots: memory.slots,
        }
    }
}
