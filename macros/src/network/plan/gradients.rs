//! The backward pass: where each gradient is assigned, where terms are accumulated, and where one
//! becomes another in place.

use std::collections::HashSet;

use super::liveness::{Values, backward_time};
use super::nodes::{Node, Operation, Source};
use super::schedule::{Backward, Contribution, How, Place};
use crate::network::size::Size;

/// A backward pass before its values are placed.
#[derive(Default)]
pub(super) struct BackwardPass {
    pub(super) steps: Vec<Step>,
    /// The value that holds the gradient of each node's output.
    pub(super) gradients: Vec<Option<usize>>,
}

/// A backward step before its values are placed.
pub(super) struct Step {
    backward: Backward,
    /// For each operand, the value that is first used for it.
    values: Vec<Option<usize>>,
}

impl Step {
    pub(super) fn placed(self, places: &[Place]) -> Backward {
        let Step { mut backward, values } = self;
        for (contribution, value) in backward.operands.iter_mut().zip(values) {
            contribution.place = value.map(|value| places[value]);
        }
        backward
    }
}

/// The backward steps, and the gradients that they compute.
pub(super) fn backward(nodes: &[Node], input: &Size, values: &mut Values) -> BackwardPass {
    let mut needed = need_gradient(nodes);
    if !needed.contains(&true) {
        // Nothing is trained: the gradients are for an enclosing network.
        needed.fill(true);
    }
    let count = nodes.len();
    let mut assigned = vec![None; count];
    assigned[count - 1] = Some(values.at(Place::Output, count, &nodes[count - 1].width));
    let mut gradients = Gradients {
        nodes,
        input,
        only_for_input_grad: needed.into_iter().map(|needed| !needed).collect(),
        in_input: through_to_input(nodes),
        assigned,
        input_is_assigned: false,
        trained: HashSet::new(),
        values,
    };
    let steps = (0..count).rev().filter_map(|at| gradients.step(at)).collect();
    BackwardPass { steps, gradients: gradients.assigned }
}

/// Which nodes need the gradient of their output: those with parameters, and those that depend on
/// such a node.
fn need_gradient(nodes: &[Node]) -> Vec<bool> {
    let mut needed = Vec::with_capacity(nodes.len());
    for node in nodes {
        let further_back = node.sources.iter().any(|source| match source {
            Source::Input => false,
            Source::Node(source) => needed[*source],
        });
        needed.push(node.is_layer() || further_back);
    }
    needed
}

/// The nodes whose gradient becomes that of the input in place: a chain of activations that reads
/// the input, which nothing else reads.
fn through_to_input(nodes: &[Node]) -> Vec<bool> {
    let readers = |wanted: Source| {
        nodes.iter().flat_map(|node| &node.sources).filter(|source| **source == wanted).count()
    };
    let mut through: Vec<bool> = Vec::with_capacity(nodes.len());
    let input_is_read_once = readers(Source::Input) == 1;
    for node in nodes {
        let is_next = match (node.operation, &node.sources[..]) {
            (Operation::Activation | Operation::TrainOnly, [Source::Input]) => input_is_read_once,
            (Operation::Activation | Operation::TrainOnly, [Source::Node(source)]) => {
                through[*source] && readers(Source::Node(*source)) == 1
            }
            _ => false,
        };
        through.push(is_next);
    }
    through
}

/// The state of the gradients during planning.
struct Gradients<'a> {
    nodes: &'a [Node],
    /// The width of the network's input.
    input: &'a Size,
    values: &'a mut Values,
    /// For each node, whether only the gradient of the input needs its gradient.
    only_for_input_grad: Vec<bool>,
    /// Which gradients can be computed in the buffer for the gradient of the input.
    in_input: Vec<bool>,
    /// The value that holds each node's gradient, once it is assigned.
    assigned: Vec<Option<usize>>,
    input_is_assigned: bool,
    /// The layers whose parameter gradients are already assigned.
    trained: HashSet<usize>,
}

impl Gradients<'_> {
    /// The backward step of a node; `None` if the loss does not depend on it.
    fn step(&mut self, at: usize) -> Option<Step> {
        let time = backward_time(self.nodes, at);
        let own = self.assigned[at]?;
        self.values.0[own].death = time;
        let node = &self.nodes[at];
        let in_place_operand = self.in_place_operand(at, own);
        let (mut operands, mut values) = (Vec::new(), Vec::new());
        for (operand, source) in node.sources.iter().enumerate() {
            let (how, value) = if in_place_operand == Some(operand) {
                self.take_over(*source, own);
                (How::InPlace, None)
            } else {
                self.contribute(node, *source, time)
            };
            let only_for_input_grad = match source {
                Source::Input => true,
                Source::Node(source) => self.only_for_input_grad[*source],
            };
            operands.push(Contribution { how, place: None, only_for_input_grad });
            values.push(value);
        }
        let parameters = node.layer().map(|layer| match self.trained.insert(layer) {
            true => How::Assign,
            false => How::Accumulate,
        });
        let only_for_input_grad = self.only_for_input_grad[at];
        let backward = Backward { node: at, operands, parameters, only_for_input_grad };
        Some(Step { backward, values })
    }

    /// The operand whose gradient replaces the node's own in place: the last one without a gradient
    /// so far, unless only the gradient of the input needs it.
    fn in_place_operand(&self, at: usize, own: usize) -> Option<usize> {
        let node = &self.nodes[at];
        if !node.is_elementwise() {
            return None;
        }
        let is_free = |source: &Source| match source {
            Source::Input => self.values.0[own].fixed == Some(Place::Input),
            Source::Node(source) => {
                self.assigned[*source].is_none()
                    && self.only_for_input_grad[*source] == self.only_for_input_grad[at]
            }
        };
        node.sources.iter().rposition(|source| is_free(source) && node.reads_once(*source))
    }

    /// Makes the value `own` the gradient of `source`.
    fn take_over(&mut self, source: Source, own: usize) {
        match source {
            Source::Input => self.input_is_assigned = true,
            Source::Node(source) => self.assigned[source] = Some(own),
        }
    }

    /// How `node` contributes to the gradient of `source`, and the value that this requires.
    fn contribute(&mut self, node: &Node, source: Source, time: usize) -> (How, Option<usize>) {
        // All nodes but layers can accumulate directly.
        let adds_by_itself = !node.is_layer();
        let Source::Node(source) = source else {
            if self.input_is_assigned {
                let term = (!adds_by_itself).then(|| self.values.in_slot(time, self.input));
                return (How::Accumulate, term);
            }
            // Parts are columns of the gradient; each one is assigned.
            self.input_is_assigned = node.operation != Operation::Part;
            return (How::Assign, None);
        };
        let width = &self.nodes[source].width;
        if self.assigned[source].is_some() {
            let term = (!adds_by_itself).then(|| self.values.in_slot(time, width));
            return (How::Accumulate, term);
        }
        let value = if self.in_input[source] && self.only_for_input_grad[source] {
            self.values.at(Place::Input, time, width)
        } else {
            self.values.in_slot(time, width)
        };
        self.assigned[source] = Some(value);
        (How::Assign, Some(value))
    }
}
