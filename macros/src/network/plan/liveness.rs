//! The values that a forward pass computes, with their live ranges.

use super::nodes::{Node, Operation, Source};
use super::schedule::{Forward, Place};
use crate::network::size::Size;

/// A value, or several that replace one another in place: the time of its first write, the time of
/// its last read, and its width.
pub(crate) struct Lifetime {
    pub(crate) birth: usize,
    pub(crate) death: usize,
    pub(crate) width: Size,
    /// Where it is stored, if it needs no slot.
    pub(crate) fixed: Option<Place>,
}

/// The values of a pass with their live ranges.
#[derive(Default)]
pub(crate) struct Values(pub(crate) Vec<Lifetime>);

impl Values {
    /// A value that needs a slot.
    pub(super) fn in_slot(&mut self, birth: usize, width: &Size) -> usize {
        self.0.push(Lifetime { birth, death: birth, width: width.clone(), fixed: None });
        self.0.len() - 1
    }

    /// Adds a value that is stored in a buffer of the caller.
    pub(super) fn at(&mut self, place: Place, birth: usize, width: &Size) -> usize {
        let value = self.in_slot(birth, width);
        self.0[value].fixed = Some(place);
        value
    }
}

/// Node `i` runs forward at time `i`, the loss is computed at `nodes.len()`, and node `i` runs
/// backward at `2 · nodes.len() - i`.
pub(super) fn backward_time(nodes: &[Node], node: usize) -> usize {
    2 * nodes.len() - node
}

/// A forward pass before its values are placed.
pub(super) struct ForwardPass {
    pub(super) steps: Vec<Forward>,
    pub(super) copy_outputs: bool,
    /// The value that holds each node's output.
    pub(super) outputs: Vec<usize>,
    /// The value that each node saves.
    pub(super) saved: Vec<Option<usize>>,
}

/// The forward steps, and the values that they compute.
pub(super) fn forward(nodes: &[Node], training: bool, values: &mut Values) -> ForwardPass {
    let (count, last_uses) = (nodes.len(), last_uses(nodes, training));
    // The caller overwrites the outputs, so `backward` cannot read them there.
    let copy_outputs = last_uses[count - 1] > count;
    let mut pass =
        ForwardPass { steps: Vec::new(), copy_outputs, outputs: Vec::new(), saved: Vec::new() };
    for (at, node) in nodes.iter().enumerate() {
        if is_skipped(nodes, at, training) {
            pass.outputs.push(values.at(Place::Output, at, &node.width));
            pass.saved.push(None);
            continue;
        }
        let in_place_operand = in_place_operand(node, at, &last_uses);
        let value = match in_place_operand.map(|operand| node.sources[operand]) {
            Some(Source::Node(source)) => pass.outputs[source],
            _ => values.in_slot(at, &node.width),
        };
        values.0[value].death = last_uses[at];
        pass.outputs.push(value);
        pass.saved.push(saved(nodes, at, training, values));
        pass.steps.push(Forward { node: at, in_place_operand });
    }
    if !copy_outputs {
        values.0[pass.outputs[count - 1]].fixed = Some(Place::Output);
    }
    pass
}

/// Whether a pass skips a node: predictions skip noise. Noise at the end remains, as a step without
/// effect.
fn is_skipped(nodes: &[Node], at: usize, training: bool) -> bool {
    nodes[at].operation == Operation::TrainOnly && !training && at + 1 < nodes.len()
}

/// The value that a node saves, if any.
fn saved(nodes: &[Node], at: usize, training: bool, values: &mut Values) -> Option<usize> {
    let saved = nodes[at].saved.as_ref()?;
    if training {
        // The last time, when the first node runs backward, is also before the next batch.
        let (birth, death) = if saved.is_kept {
            (0, backward_time(nodes, 0))
        } else {
            (at, backward_time(nodes, at))
        };
        let value = values.in_slot(birth, &saved.training);
        values.0[value].death = death;
        return Some(value);
    }
    (saved.inference.value != Some(0)).then(|| values.in_slot(at, &saved.inference))
}

/// The operand that a node can replace in place: one that no later step reads, and that the node
/// reads only once.
fn in_place_operand(node: &Node, at: usize, last_uses: &[usize]) -> Option<usize> {
    if !node.is_elementwise() {
        return None;
    }
    let is_free = |source: &Source| match source {
        Source::Node(source) => last_uses[*source] == at,
        Source::Input => false,
    };
    node.sources.iter().position(|source| is_free(source) && node.reads_once(*source))
}

/// When the output of each node is last read. Readers are later nodes, the loss, and in the
/// backward pass layers (their input), activations (their output, unless they saved their
/// derivative) and products (their factors).
fn last_uses(nodes: &[Node], training: bool) -> Vec<usize> {
    let count = nodes.len();
    let mut last_uses = vec![0; count];
    let mut read = |value: usize, time: usize| last_uses[value] = last_uses[value].max(time);
    for (at, node) in nodes.iter().enumerate().filter(|(at, _)| !is_skipped(nodes, *at, training)) {
        let reads_operands_again = node.is_layer() || node.operation == Operation::Product;
        let reads_output_again =
            matches!(node.operation, Operation::Activation | Operation::TrainOnly)
                && node.saved.is_none();
        for source in &node.sources {
            if let Source::Node(source) = source {
                read(*source, at);
                if training && reads_operands_again {
                    read(*source, backward_time(nodes, at));
                }
            }
        }
        if training && reads_output_again {
            read(at, backward_time(nodes, at));
        }
    }
    read(count - 1, count);
    last_uses
}
