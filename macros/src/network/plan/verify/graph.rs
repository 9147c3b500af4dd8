//! The requirements of the graph on any plan.

use std::collections::BTreeSet;

use super::symbols::{Term, Value};
use crate::network::plan::nodes::{Node, Operation, Source};
use crate::network::size::Size;

/// The nodes of a network, in training or in a prediction.
pub(super) struct Graph<'a> {
    pub(super) nodes: &'a [Node],
    /// The width of the network's input.
    pub(super) input: &'a Size,
    pub(super) training: bool,
    /// For each node, whether the outputs depend on it.
    reaches_outputs: Vec<bool>,
    /// For each node, whether it is a layer, or depends on one.
    depends_on_layer: Vec<bool>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(nodes: &'a [Node], input: &'a Size, training: bool) -> Graph<'a> {
        let count = nodes.len();
        let mut reaches_outputs = vec![false; count];
        reaches_outputs[count - 1] = true;
        let mut depends_on_layer: Vec<bool> = nodes.iter().map(Node::is_layer).collect();
        // Only later nodes use a value, so one pass suffices.
        for (node, of) in nodes.iter().enumerate() {
            for source in of.sources.iter().filter_map(node_of) {
                depends_on_layer[node] |= depends_on_layer[source];
            }
        }
        for (node, of) in nodes.iter().enumerate().rev() {
            for source in of.sources.iter().filter_map(node_of) {
                reaches_outputs[source] |= reaches_outputs[node];
            }
        }
        Graph { nodes, input, training, reaches_outputs, depends_on_layer }
    }

    pub(super) fn last(&self) -> usize {
        self.nodes.len() - 1
    }

    pub(super) fn width(&self, source: Source) -> &Size {
        match source {
            Source::Input => self.input,
            Source::Node(node) => &self.nodes[node].width,
        }
    }

    /// The value of a source. In a prediction, noise has the value of its input.
    pub(super) fn value(&self, source: Source) -> Value {
        let mut source = source;
        while let (false, Source::Node(node)) = (self.training, source) {
            if self.nodes[node].operation != Operation::TrainOnly {
                break;
            }
            source = self.nodes[node].sources[0];
        }
        Value::Output(source)
    }

    /// Whether a pass requires a forward step of a node.
    pub(super) fn is_computed(&self, node: usize) -> bool {
        self.training || self.nodes[node].operation != Operation::TrainOnly || node == self.last()
    }

    /// Whether the outputs depend on a node.
    pub(super) fn reaches_outputs(&self, node: usize) -> bool {
        self.reaches_outputs[node]
    }

    pub(super) fn is_layer_used_once(&self, node: usize) -> bool {
        let is_same = |other: &&Node| other.operation == self.nodes[node].operation;
        self.nodes[node].is_layer() && self.nodes.iter().filter(is_same).count() == 1
    }

    /// Whether the result of a node can replace an operand: the node is elementwise, and reads the
    /// operand only once.
    pub(super) fn can_be_in_place(&self, node: usize, operand: usize) -> bool {
        let Node { operation, sources, .. } = &self.nodes[node];
        match operation {
            Operation::Activation | Operation::TrainOnly => true,
            // In a prediction, a value and noise on it are equal.
            Operation::Sum | Operation::Product => {
                operand < 2 && self.value(sources[0]) != self.value(sources[1])
            }
            Operation::Layer(_) | Operation::Concat | Operation::Part => false,
        }
    }

    /// The width of what a node saves, if anything.
    pub(super) fn saved(&self, node: usize) -> Option<&Size> {
        let saved = self.nodes[node].saved.as_ref()?;
        if self.training {
            return Some(&saved.training);
        }
        Some(&saved.inference).filter(|width| width.value != Some(0))
    }

    /// Whether what a node saves is kept for the next batch.
    pub(super) fn is_kept(&self, node: usize) -> bool {
        let saved = self.nodes[node].saved.as_ref();
        self.training && saved.is_some_and(|saved| saved.is_kept)
    }

    /// The complete gradient of a value.
    pub(super) fn gradient(&self, of: Source) -> Value {
        let mut terms = BTreeSet::new();
        for (node, reader) in self.nodes.iter().enumerate() {
            for (operand, source) in reader.sources.iter().enumerate() {
                if *source == of && self.reaches_outputs[node] {
                    terms.insert(Term::Reader { node, operand });
                }
            }
        }
        if of == Source::Node(self.last()) {
            terms.insert(Term::Loss);
        }
        Value::Gradient(of, terms)
    }

    /// Whether only the gradient of the input needs that of a value, since the value depends on no
    /// parameters. In a network without parameters, this is true of the input only.
    pub(super) fn is_only_for_input_grad(&self, of: Source) -> bool {
        let Source::Node(node) = of else { return true };
        self.nodes.iter().any(Node::is_layer) && !self.depends_on_layer[node]
    }
}

fn node_of(source: &Source) -> Option<usize> {
    match source {
        Source::Input => None,
        Source::Node(node) => Some(*node),
    }
}
