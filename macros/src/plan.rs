//! Shapes to plan: which step computes what, in which order, and where the
//! results lie.
//!
//! A network is a graph of nodes, each of which computes one value from
//! another; a chain is the simplest such graph. The pass forward visits the
//! nodes in order, the pass backward in reverse. A node works in place where
//! nobody reads what it replaces, gradients nobody reads are not computed, and
//! values that are never needed at the same time share a slot of memory.

use crate::size::Size;

/// Where a node takes its input from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// The input of the network, which is only read.
    Input,
    /// The output of another node.
    Node(usize),
}

/// One layer in the graph.
pub(crate) struct Node {
    pub(crate) source: Source,
    /// Features of the output, per sample.
    pub(crate) width: Size,
    /// Whether it has parameters. If not, it is an activation: it can work in
    /// place, and goes back from its output alone.
    pub(crate) has_parameters: bool,
    /// What it keeps from the way forward for the way back, per sample.
    pub(crate) kept: Option<Kept>,
}

/// The numbers per sample that a layer keeps, and needs for a prediction.
pub(crate) struct Kept {
    pub(crate) training: Size,
    pub(crate) inference: Size,
}

/// Where a value lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// In a slot of the workspace.
    Slot(usize),
    /// In the room for the network's outputs, which is the caller's, and
    /// where the caller puts their derivatives.
    Output,
}

/// A step of a pass.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// A layer computes its output from its input.
    Forward { node: usize },
    /// An activation works on the value of its input, which becomes its own.
    /// `copy`: on a copy of it, since somebody reads the input later.
    Activate { node: usize, copy: bool },
    /// A layer computes the gradients of its parameters and, where somebody
    /// reads it, that of its input.
    Backward { node: usize },
    /// An activation turns the gradient of its output into that of its input.
    Deactivate { node: usize },
}

/// A pass through the network, and the memory for it.
pub(crate) struct Schedule {
    pub(crate) forward: Vec<Step>,
    pub(crate) backward: Vec<Step>,
    /// Whether the outputs are a copy of the last value, which `backward` reads.
    pub(crate) copy_outputs: bool,
    /// Where each node's output lies.
    pub(crate) outputs: Vec<Place>,
    /// Where the gradient of each node's output lies, if there is one.
    pub(crate) gradients: Vec<Option<Place>>,
    /// Where each node keeps what it keeps.
    pub(crate) kept: Vec<Option<Place>>,
    /// What each slot has to hold, the widths of all values that share it.
    pub(crate) slots: Vec<Vec<Size>>,
}

/// The two passes of a network.
pub(crate) struct Plan {
    pub(crate) inference: Schedule,
    pub(crate) training: Schedule,
}

impl Plan {
    /// Plans a graph whose nodes are in order: each after its source. The last
    /// node is the output.
    pub(crate) fn new(nodes: &[Node]) -> Plan {
        Plan { inference: schedule(nodes, false), training: schedule(nodes, true) }
    }
}

/// Which nodes need the gradient of their output: those with parameters, at
/// themselves or further back.
pub(crate) fn need_gradient(nodes: &[Node]) -> Vec<bool> {
    let mut needed = Vec::with_capacity(nodes.len());
    for node in nodes {
        let further_back = match node.source {
            Source::Input => false,
            Source::Node(source) => needed[source],
        };
        needed.push(node.has_parameters || further_back);
    }
    needed
}

/// A value, or several that replace one another in place: when it comes into
/// being, when it is last needed, and how wide it is.
struct Lifetime {
    birth: usize,
    death: usize,
    width: Size,
    /// Whether it lies in the room for the outputs and needs no slot.
    is_output: bool,
}

/// The values of a pass.
#[derive(Default)]
struct Values(Vec<Lifetime>);

impl Values {
    fn new_value(&mut self, birth: usize, width: &Size) -> usize {
        self.0.push(Lifetime { birth, death: birth, width: width.clone(), is_output: false });
        self.0.len() - 1
    }
}

/// Times: node `i` goes forward at `i`, the loss comes at `nodes.len()`, and
/// node `i` goes backward at `2 · nodes.len() - i`.
fn schedule(nodes: &[Node], training: bool) -> Schedule {
    let count = nodes.len();
    let last = count - 1;
    let backward_time = |node: usize| 2 * count - node;
    let last_use = last_uses(nodes, training, backward_time);

    let mut values = Values::default();
    let (mut forward, mut outputs, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for (node, Node { source, width, has_parameters, kept: keeps }) in nodes.iter().enumerate() {
        let in_place = match source {
            Source::Node(source) if !has_parameters && last_use[*source] == node => Some(*source),
            _ => None,
        };
        forward.push(if *has_parameters {
            Step::Forward { node }
        } else {
            Step::Activate { node, copy: in_place.is_none() }
        });
        let value = match in_place {
            Some(source) => outputs[source],
            None => values.new_value(node, width),
        };
        values.0[value].death = last_use[node];
        outputs.push(value);
        kept.push(keeps.as_ref().map(|keeps| {
            let width = if training { &keeps.training } else { &keeps.inference };
            let value = values.new_value(node, width);
            values.0[value].death = if training { backward_time(node) } else { node };
            value
        }));
    }

    // The outputs are the caller's to overwrite. What `backward` reads is not.
    let copy_outputs = last_use[last] > count;
    values.0[outputs[last]].is_output = !copy_outputs;
    let mut gradients = vec![None; count];
    let mut backward = Vec::new();
    if training {
        let dout = values.new_value(count, &nodes[last].width);
        values.0[dout].is_output = true;
        gradients[last] = Some(dout);
        backward = go_back(nodes, &mut gradients, &mut values, backward_time);
    }

    let (places, slots) = allocate(&values.0);
    let place = |value: &Option<usize>| value.map(|value| places[value]);
    Schedule {
        forward,
        backward,
        copy_outputs,
        outputs: outputs.iter().map(|&value| places[value]).collect(),
        gradients: gradients.iter().map(place).collect(),
        kept: kept.iter().map(place).collect(),
        slots,
    }
}

/// When the output of each node is last read: by the nodes that it goes into,
/// by the loss, and on the way back by layers, which need their input, and by
/// activations, which need their output.
fn last_uses(nodes: &[Node], training: bool, backward_time: impl Fn(usize) -> usize) -> Vec<usize> {
    let count = nodes.len();
    let mut last_use = vec![0; count];
    for (node, Node { source, has_parameters, .. }) in nodes.iter().enumerate() {
        let mut read = |value: usize, time: usize| last_use[value] = last_use[value].max(time);
        if let Source::Node(source) = source {
            read(*source, node);
            if training && *has_parameters {
                read(*source, backward_time(node));
            }
        }
        if training && !has_parameters {
            read(node, backward_time(node));
        }
        if node == count - 1 {
            read(node, count);
        }
    }
    last_use
}

/// The steps backward, and where the gradients come into being on the way. The
/// gradient of the network's input lies in the caller's room and comes into
/// being nowhere here.
fn go_back(
    nodes: &[Node],
    gradients: &mut [Option<usize>],
    values: &mut Values,
    backward_time: impl Fn(usize) -> usize,
) -> Vec<Step> {
    let mut needed = need_gradient(nodes);
    if !needed.contains(&true) {
        // Nothing is trained: the gradients are for a network around this one.
        needed.fill(true);
    }
    let mut backward = Vec::new();
    for (node, Node { source, has_parameters, .. }) in nodes.iter().enumerate().rev() {
        let time = backward_time(node);
        if let Some(gradient) = gradients[node] {
            values.0[gradient].death = time;
        }
        let source = match source {
            Source::Node(source) if needed[*source] => Some(*source),
            _ => None,
        };
        if *has_parameters {
            if let Some(source) = source {
                gradients[source] = Some(values.new_value(time, &nodes[source].width));
            }
            backward.push(Step::Backward { node });
        } else {
            if let Some(source) = source {
                gradients[source] = gradients[node];
            }
            backward.push(Step::Deactivate { node });
        }
    }
    backward
}

/// Gives each value a slot that no other value holds at the same time. Returns
/// the place of each value, and the widths of what shares each slot.
fn allocate(lifetimes: &[Lifetime]) -> (Vec<Place>, Vec<Vec<Size>>) {
    let mut order: Vec<usize> = (0..lifetimes.len()).collect();
    order.sort_by_key(|&value| lifetimes[value].birth);
    let mut places = vec![Place::Output; lifetimes.len()];
    let mut slots: Vec<(Vec<Size>, usize)> = Vec::new();
    for value in order.into_iter().filter(|&value| !lifetimes[value].is_output) {
        let Lifetime { birth, death, width, .. } = &lifetimes[value];
        // What is born when another value is last read must not overwrite it.
        let free = slots.iter().enumerate().filter(|(_, (_, until))| until < birth);
        let best = free.min_by_key(|(_, (widths, _))| fit(widths, width)).map(|(slot, _)| slot);
        let slot = best.unwrap_or_else(|| {
            slots.push((Vec::new(), 0));
            slots.len() - 1
        });
        let (widths, until) = &mut slots[slot];
        *until = *death;
        if !widths.iter().any(|other| other.is_same(width)) {
            widths.push(width.clone());
        }
        places[value] = Place::Slot(slot);
    }
    (places, slots.into_iter().map(|(widths, _)| widths).collect())
}

/// How badly a value fits a slot: not at all if the widths are equal, then by
/// the memory that is added, then by what stays unused. Widths that only the
/// compiler knows fit last.
fn fit(slot: &[Size], width: &Size) -> (u64, u64) {
    if slot.iter().any(|other| other.is_same(width)) {
        return (0, 0);
    }
    let largest = slot.iter().map(|size| size.value).max().flatten();
    let unknown = slot.iter().any(|size| size.value.is_none());
    match (largest, width.value) {
        (Some(largest), Some(width)) if !unknown => {
            (width.saturating_sub(largest), largest.saturating_sub(width))
        }
        _ => (u64::MAX, 0),
    }
}
