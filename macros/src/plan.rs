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
}

/// A step of a pass.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// A layer computes its output from its input.
    Forward { node: usize },
    /// An activation works on the value of its input, which becomes its own.
    /// `copy`: on a copy of it, since somebody reads the input later.
    Activate { node: usize, copy: bool },
    /// A layer computes the gradients of its parameters and, where `input`,
    /// that of its input.
    Backward { node: usize, input: bool },
    /// An activation turns the gradient of its output into that of its input.
    Deactivate { node: usize },
}

/// A pass through the network, and the memory for it.
pub(crate) struct Schedule {
    pub(crate) forward: Vec<Step>,
    pub(crate) backward: Vec<Step>,
    /// Whether the loss works on a copy of the outputs, which `backward` reads.
    pub(crate) copy_outputs: bool,
    /// The slot of each node's output.
    pub(crate) outputs: Vec<usize>,
    /// The slot of the gradient of each node's output; for a node without one
    /// it is meaningless, except for the last node, where the loss works.
    pub(crate) gradients: Vec<usize>,
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
}

/// Times: node `i` goes forward at `i`, the loss comes at `nodes.len()`, and
/// node `i` goes backward at `2 · nodes.len() - i`.
fn schedule(nodes: &[Node], training: bool) -> Schedule {
    let count = nodes.len();
    let backward_time = |node: usize| 2 * count - node;
    let needed = if training { need_gradient(nodes) } else { vec![false; count] };
    let last_use = last_uses(nodes, &needed, backward_time);

    let mut lifetimes: Vec<Lifetime> = Vec::new();
    let mut forward = Vec::new();
    let mut outputs = Vec::new();
    for (node, Node { source, width, has_parameters }) in nodes.iter().enumerate() {
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
            None => new_value(&mut lifetimes, node, width),
        };
        lifetimes[value].death = last_use[node];
        outputs.push(value);
    }

    // The loss works in place on the outputs, unless `backward` reads them.
    let last = count - 1;
    let copy_outputs = training && last_use[last] > count;
    let mut gradients = vec![usize::MAX; count];
    gradients[last] = if copy_outputs {
        new_value(&mut lifetimes, count, &nodes[last].width)
    } else {
        outputs[last]
    };
    let backward = go_back(nodes, &needed, &mut gradients, &mut lifetimes, backward_time);

    let (slot_of, slots) = allocate(&lifetimes);
    let slot = |value: &usize| slot_of.get(*value).copied().unwrap_or(usize::MAX);
    Schedule {
        forward,
        backward,
        copy_outputs,
        outputs: outputs.iter().map(slot).collect(),
        gradients: gradients.iter().map(slot).collect(),
        slots,
    }
}

fn new_value(lifetimes: &mut Vec<Lifetime>, birth: usize, width: &Size) -> usize {
    lifetimes.push(Lifetime { birth, death: birth, width: width.clone() });
    lifetimes.len() - 1
}

/// When the output of each node is last read: by the nodes that it goes into,
/// by the loss, and on the way back by layers, which need their input, and by
/// activations, which need their output.
fn last_uses(
    nodes: &[Node],
    needed: &[bool],
    backward_time: impl Fn(usize) -> usize,
) -> Vec<usize> {
    let count = nodes.len();
    let mut last_use = vec![0; count];
    for (node, Node { source, has_parameters, .. }) in nodes.iter().enumerate() {
        let mut read = |value: usize, time: usize| last_use[value] = last_use[value].max(time);
        if let Source::Node(source) = source {
            read(*source, node);
            if needed[node] && *has_parameters {
                read(*source, backward_time(node));
            }
        }
        if needed[node] && !has_parameters {
            read(node, backward_time(node));
        }
        if node == count - 1 {
            read(node, count);
        }
    }
    last_use
}

/// The steps backward, and where the gradients come into being on the way.
fn go_back(
    nodes: &[Node],
    needed: &[bool],
    gradients: &mut [usize],
    lifetimes: &mut Vec<Lifetime>,
    backward_time: impl Fn(usize) -> usize,
) -> Vec<Step> {
    let mut backward = Vec::new();
    for (node, Node { source, has_parameters, .. }) in nodes.iter().enumerate().rev() {
        if !needed[node] {
            continue;
        }
        let time = backward_time(node);
        lifetimes[gradients[node]].death = time;
        let source = match source {
            Source::Node(source) if needed[*source] => Some(*source),
            _ => None,
        };
        if *has_parameters {
            if let Some(source) = source {
                gradients[source] = new_value(lifetimes, time, &nodes[source].width);
            }
            backward.push(Step::Backward { node, input: source.is_some() });
        } else if let Some(source) = source {
            gradients[source] = gradients[node];
            backward.push(Step::Deactivate { node });
        }
    }
    backward
}

/// Gives each value a slot that no other value holds at the same time. Returns
/// the slot of each value, and the widths of what shares each slot.
fn allocate(lifetimes: &[Lifetime]) -> (Vec<usize>, Vec<Vec<Size>>) {
    let mut order: Vec<usize> = (0..lifetimes.len()).collect();
    order.sort_by_key(|&value| lifetimes[value].birth);
    let mut slot_of = vec![usize::MAX; lifetimes.len()];
    let mut slots: Vec<(Vec<Size>, usize)> = Vec::new();
    for value in order {
        let Lifetime { birth, death, width } = &lifetimes[value];
        // What is born when another value is last read must not overwrite it.
        let free = |(_, until): &&(Vec<Size>, usize)| until < birth;
        let place = |slot: &(Vec<Size>, usize)| slots.iter().position(|s| std::ptr::eq(s, slot));
        let best = slots.iter().filter(free).min_by_key(|(widths, _)| fit(widths, width));
        let slot = match best.and_then(place) {
            Some(slot) => {
                slots[slot].1 = *death;
                if !slots[slot].0.iter().any(|other| other.is_same(width)) {
                    slots[slot].0.push(width.clone());
                }
                slot
            }
            None => {
                slots.push((vec![width.clone()], *death));
                slots.len() - 1
            }
        };
        slot_of[value] = slot;
    }
    (slot_of, slots.into_iter().map(|(widths, _)| widths).collect())
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
