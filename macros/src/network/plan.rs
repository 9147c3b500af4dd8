//! Shapes to plan: which step computes what, in which order, and where the
//! results lie.
//!
//! A network is a graph of nodes, each of which computes one value from others;
//! a chain is the simplest such graph. The pass forward visits the nodes in
//! order, the pass backward in reverse. A node works in place where nobody reads
//! what it replaces, a value that several nodes read collects the derivatives of
//! all of them, gradients nobody reads are not computed, and values that are
//! never needed at the same time share a slot of memory.

use std::collections::HashMap;

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
    /// A layer with parameters, which goes back from its input. `shared`: a node
    /// behind this one is the same layer, so that the gradients add up.
    Layer { shared: bool },
    /// A function of each number, which goes back from its output, or from the
    /// derivatives that it kept, and can work in place.
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
    /// What it keeps from the way forward for the way back, per sample.
    pub(crate) kept: Option<Kept>,
}

/// The numbers per sample that a layer keeps, and needs for a prediction.
#[derive(Clone)]
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
    /// In the room for the gradient of the network's input, if the caller gave
    /// one.
    Input,
}

/// A step of the pass forward. `into`: the operand in whose place the result
/// comes, since nobody reads that later.
#[derive(Debug, PartialEq)]
pub(crate) struct Forward {
    pub(crate) node: usize,
    pub(crate) into: Option<usize>,
}

/// A step of the pass back.
#[derive(Debug, PartialEq)]
pub(crate) struct Backward {
    pub(crate) node: usize,
    /// For each operand whose gradient somebody reads, how it comes about. For
    /// the rest `None`.
    pub(crate) operands: Vec<Option<Contribution>>,
    /// Whether it is of use only to who asks for the gradient of the input.
    pub(crate) if_asked: bool,
}

/// What a node does to the gradient of one of its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Contribution {
    pub(crate) how: How,
    /// The room for it, where none was begun: of the gradient itself, or of what
    /// is added to it.
    pub(crate) place: Option<Place>,
    /// Whether only a network around this one reads it.
    pub(crate) if_asked: bool,
}

/// How a gradient comes about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    /// It is written for the first time.
    Begin,
    /// It is added to what was written before.
    Add,
    /// The gradient of the node's output becomes it, in place.
    Become,
}

/// A pass through the network, and the memory for it.
pub(crate) struct Schedule {
    pub(crate) forward: Vec<Forward>,
    pub(crate) backward: Vec<Backward>,
    /// Where each node takes its values from.
    pub(crate) sources: Vec<Vec<Source>>,
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
    /// Of each layer that goes back, whether its input and the gradient of its output are
    /// still there when the pass back is over.
    pub(crate) stays: Vec<bool>,
}

/// The two passes of a network.
pub(crate) struct Plan {
    pub(crate) inference: Schedule,
    pub(crate) training: Schedule,
}

impl Plan {
    /// Plans a graph whose nodes are in order: each after its sources. The last
    /// node is the output; `input` is how wide the input is.
    pub(crate) fn new(nodes: &[Node], input: &Size) -> Plan {
        let training = schedule(nodes, input, true);
        let inference = schedule(&without_noise(nodes), input, false);
        Plan { inference, training }
    }
}

/// The nodes as a prediction takes them: whoever reads a node that is noise reads
/// what comes before it. Noise at the end stays, where it does nothing.
fn without_noise(nodes: &[Node]) -> Vec<Node> {
    let mut nodes = nodes.to_vec();
    for at in 0..nodes.len() {
        let sources = nodes[at].sources.clone();
        nodes[at].sources = sources.into_iter().map(|source| past_noise(&nodes, source)).collect();
    }
    nodes
}

/// Where the value of `source` comes from, not counting noise. The nodes before
/// it read no noise.
fn past_noise(nodes: &[Node], source: Source) -> Source {
    match source {
        Source::Node(node) if nodes[node].operation == Operation::Noise => nodes[node].sources[0],
        source => source,
    }
}

impl Node {
    pub(crate) fn is_layer(&self) -> bool {
        matches!(self.operation, Operation::Layer { .. })
    }

    fn goes_back_from_output(&self) -> bool {
        let is_elementwise = matches!(self.operation, Operation::Activation | Operation::Noise);
        is_elementwise && self.kept.is_none()
    }
}

/// Which nodes need the gradient of their output: those with parameters, at
/// themselves or further back.
pub(crate) fn need_gradient(nodes: &[Node]) -> Vec<bool> {
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

/// A value, or several that replace one another in place: when it comes into
/// being, when it is last needed, and how wide it is.
struct Lifetime {
    birth: usize,
    death: usize,
    width: Size,
    /// Where it lies if it needs no slot.
    fixed: Option<Place>,
}

/// The values of a pass.
#[derive(Default)]
struct Values(Vec<Lifetime>);

impl Values {
    fn new_value(&mut self, birth: usize, width: &Size) -> usize {
        self.0.push(Lifetime { birth, death: birth, width: width.clone(), fixed: None });
        self.0.len() - 1
    }

    fn fixed(&mut self, birth: usize, width: &Size, place: Place) -> usize {
        let value = self.new_value(birth, width);
        self.0[value].fixed = Some(place);
        value
    }
}

/// Times: node `i` goes forward at `i`, the loss comes at `nodes.len()`, and
/// node `i` goes backward at `2 · nodes.len() - i`.
fn backward_time(nodes: &[Node], node: usize) -> usize {
    2 * nodes.len() - node
}

fn schedule(nodes: &[Node], input: &Size, training: bool) -> Schedule {
    let count = nodes.len();
    let last = count - 1;
    let last_use = last_uses(nodes, training);

    let mut values = Values::default();
    let (mut forward, mut outputs, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for (at, node) in nodes.iter().enumerate() {
        if node.operation == Operation::Noise && !training && at < last {
            outputs.push(values.fixed(at, &node.width, Place::Output));
            kept.push(None);
            continue;
        }
        let into = place_of_result(node, at, &last_use);
        let value = match into.map(|operand| node.sources[operand]) {
            Some(Source::Node(source)) => outputs[source],
            _ => values.new_value(at, &node.width),
        };
        values.0[value].death = last_use[at];
        outputs.push(value);
        forward.push(Forward { node: at, into });
        let is_needed = |keeps: &&Kept| training || keeps.inference.value != Some(0);
        kept.push(node.kept.as_ref().filter(is_needed).map(|keeps| {
            let width = if training { &keeps.training } else { &keeps.inference };
            let value = values.new_value(at, width);
            values.0[value].death = if training { backward_time(nodes, at) } else { at };
            value
        }));
    }

    // The outputs are the caller's to overwrite. What `backward` reads is not.
    let copy_outputs = last_use[last] > count;
    if !copy_outputs {
        values.0[outputs[last]].fixed = Some(Place::Output);
    }
    let mut gradients = vec![None; count];
    let mut back = Vec::new();
    if training {
        back = go_back(nodes, input, &mut gradients, &mut values);
    }

    let (places, slots) = allocate(&values.0);
    let stays = staying(nodes, &values.0, &places, &outputs, &gradients);
    let place = |value: &Option<usize>| value.map(|value| places[value]);
    Schedule {
        forward,
        sources: nodes.iter().map(|node| node.sources.clone()).collect(),
        backward: back.into_iter().map(|step| step.placed(&places)).collect(),
        copy_outputs,
        gradients: gradients.iter().map(place).collect(),
        outputs: outputs.iter().map(|&value| places[value]).collect(),
        kept: kept.iter().map(place).collect(),
        slots,
        stays,
    }
}

/// Of each layer, whether its input and the gradient of its output are still there after
/// the pass back: whether no later value lies in their places.
fn staying(
    nodes: &[Node],
    values: &[Lifetime],
    places: &[Place],
    outputs: &[usize],
    gradients: &[Option<usize>],
) -> Vec<bool> {
    let mut last_births = HashMap::new();
    for (Lifetime { birth, .. }, place) in values.iter().zip(places) {
        if let Place::Slot(slot) = place {
            let last = last_births.entry(*slot).or_insert(*birth);
            *last = (*last).max(*birth);
        }
    }
    let is_last = |value: usize| match places[value] {
        Place::Slot(slot) => last_births[&slot] == values[value].birth,
        Place::Output => true,
        Place::Input => false,
    };
    let stays = nodes.iter().zip(gradients).map(|(node, gradient)| {
        let input_stays = match node.sources[..] {
            [Source::Input] => true,
            [Source::Node(source)] => is_last(outputs[source]),
            _ => false,
        };
        node.is_layer() && input_stays && gradient.is_some_and(is_last)
    });
    stays.collect()
}

/// The operand that a node can replace by its result: one that nobody reads
/// later, and that it does not read twice.
fn place_of_result(node: &Node, at: usize, last_use: &[usize]) -> Option<usize> {
    let can = matches!(
        node.operation,
        Operation::Activation | Operation::Noise | Operation::Sum | Operation::Product
    );
    let is_free = |source: &Source| match source {
        Source::Node(source) => last_use[*source] == at,
        Source::Input => false,
    };
    let is_once =
        |source: &Source| node.sources.iter().filter(|other| *other == source).count() == 1;
    node.sources.iter().position(|source| can && is_free(source) && is_once(source))
}

/// When the output of each node is last read: by the nodes that it goes into,
/// by the loss, and on the way back by layers, which need their input, by
/// activations, which need their output unless they kept their derivatives, and
/// by products, which need their factors.
fn last_uses(nodes: &[Node], training: bool) -> Vec<usize> {
    let count = nodes.len();
    let mut last_use = vec![0; count];
    let mut read = |value: usize, time: usize| last_use[value] = last_use[value].max(time);
    for (at, node) in nodes.iter().enumerate() {
        let reads_again =
            training && matches!(node.operation, Operation::Layer { .. } | Operation::Product);
        let is_skipped = node.operation == Operation::Noise && !training && at < count - 1;
        for source in node.sources.iter().filter(|_| !is_skipped) {
            if let Source::Node(source) = source {
                read(*source, at);
                if reads_again {
                    read(*source, backward_time(nodes, at));
                }
            }
        }
        if training && node.goes_back_from_output() {
            read(at, backward_time(nodes, at));
        }
        if at == count - 1 {
            read(at, count);
        }
    }
    last_use
}

/// A step back whose rooms are values, which have no places yet.
struct Step {
    backward: Backward,
    rooms: Vec<Option<usize>>,
}

impl Step {
    fn placed(self, places: &[Place]) -> Backward {
        let Step { mut backward, rooms } = self;
        for (operand, room) in backward.operands.iter_mut().zip(rooms) {
            if let Some(contribution) = operand {
                contribution.place = room.map(|room| places[room]);
            }
        }
        backward
    }
}

/// The gradients of the values on the way back.
struct Gradients<'a> {
    nodes: &'a [Node],
    /// The width of the network's input.
    input: &'a Size,
    values: &'a mut Values,
    /// Whether a network around this one alone reads it.
    if_asked: Vec<bool>,
    /// Which gradients can be computed in the room for that of the input.
    in_input: Vec<bool>,
    /// The value that each node's gradient is, if it was begun.
    begun: &'a mut [Option<usize>],
    input_is_begun: bool,
}

/// The steps backward, and where the gradients come into being on the way.
fn go_back(
    nodes: &[Node],
    input: &Size,
    begun: &mut [Option<usize>],
    values: &mut Values,
) -> Vec<Step> {
    let mut needed = need_gradient(nodes);
    if !needed.contains(&true) {
        // Nothing is trained: the gradients are for a network around this one.
        needed.fill(true);
    }
    let count = nodes.len();
    begun[count - 1] = Some(values.fixed(count, &nodes[count - 1].width, Place::Output));
    let mut gradients = Gradients {
        nodes,
        input,
        if_asked: needed.into_iter().map(|needed| !needed).collect(),
        in_input: through_to_input(nodes),
        begun,
        input_is_begun: false,
        values,
    };
    (0..count).rev().filter_map(|at| gradients.step(at)).collect()
}

/// The nodes whose gradient becomes that of the input in place: activations of
/// nothing else, one after the other.
fn through_to_input(nodes: &[Node]) -> Vec<bool> {
    let readers = |wanted: Source| {
        nodes.iter().flat_map(|node| &node.sources).filter(|source| **source == wanted).count()
    };
    let mut through: Vec<bool> = Vec::with_capacity(nodes.len());
    let input_is_read_once = readers(Source::Input) == 1;
    for node in nodes {
        let is_next = match (node.operation, &node.sources[..]) {
            (Operation::Activation | Operation::Noise, [Source::Input]) => input_is_read_once,
            (Operation::Activation | Operation::Noise, [Source::Node(source)]) => {
                through[*source] && readers(Source::Node(*source)) == 1
            }
            _ => false,
        };
        through.push(is_next);
    }
    through
}

impl Gradients<'_> {
    /// The step back of a node; `None` if nothing of it reaches the loss.
    fn step(&mut self, at: usize) -> Option<Step> {
        let time = backward_time(self.nodes, at);
        let own = self.begun[at]?;
        self.values.0[own].death = time;
        let node = &self.nodes[at];
        let mut operands = vec![None; node.sources.len()];
        let mut rooms = vec![None; node.sources.len()];
        let heir = self.heir(at, own);
        for (operand, source) in node.sources.iter().enumerate() {
            let (how, room) = if heir == Some(operand) {
                self.inherit(*source, own);
                (How::Become, None)
            } else {
                self.contribute(node, *source, time)
            };
            let if_asked = match source {
                Source::Input => true,
                Source::Node(source) => self.if_asked[*source],
            };
            operands[operand] = Some(Contribution { how, place: None, if_asked });
            rooms[operand] = room;
        }
        let if_asked = self.if_asked[at];
        Some(Step { backward: Backward { node: at, operands, if_asked }, rooms })
    }

    /// The operand whose gradient the node's own becomes in place: the last one
    /// that was not begun, unless only a network around reads it.
    fn heir(&self, at: usize, own: usize) -> Option<usize> {
        let node = &self.nodes[at];
        if matches!(node.operation, Operation::Layer { .. } | Operation::Concat | Operation::Part) {
            return None;
        }
        let is_free = |source: &Source| match source {
            Source::Input => self.values.0[own].fixed == Some(Place::Input),
            Source::Node(source) => {
                self.begun[*source].is_none() && self.if_asked[*source] == self.if_asked[at]
            }
        };
        let is_once =
            |source: &Source| node.sources.iter().filter(|other| *other == source).count() == 1;
        node.sources.iter().rposition(|source| is_free(source) && is_once(source))
    }

    /// Makes the value `own` the gradient of `source`.
    fn inherit(&mut self, source: Source, own: usize) {
        match source {
            Source::Input => self.input_is_begun = true,
            Source::Node(source) => self.begun[source] = Some(own),
        }
    }

    /// How `node` adds to the gradient of `source`, and the room that it needs.
    fn contribute(&mut self, node: &Node, source: Source, time: usize) -> (How, Option<usize>) {
        let Source::Node(source) = source else {
            // All of the input's gradient lies in the caller's room.
            let how = if self.input_is_begun { How::Add } else { How::Begin };
            self.input_is_begun |= node.operation != Operation::Part;
            let room = (how == How::Add && node.is_layer())
                .then(|| self.values.new_value(time, self.input));
            return (how, room);
        };
        let width = &self.nodes[source].width;
        if self.begun[source].is_some() {
            // Only a layer cannot add by itself.
            let room = node.is_layer().then(|| self.values.new_value(time, width));
            return (How::Add, room);
        }
        let value = if self.in_input[source] && self.if_asked[source] {
            self.values.fixed(time, width, Place::Input)
        } else {
            self.values.new_value(time, width)
        };
        self.begun[source] = Some(value);
        (How::Begin, Some(value))
    }
}

/// Gives each value a slot that no other value holds at the same time. Returns
/// the place of each value, and the widths of what shares each slot.
fn allocate(lifetimes: &[Lifetime]) -> (Vec<Place>, Vec<Vec<Size>>) {
    let mut order: Vec<usize> = (0..lifetimes.len()).collect();
    order.sort_by_key(|&value| lifetimes[value].birth);
    let mut places = vec![Place::Output; lifetimes.len()];
    let mut slots: Vec<(Vec<Size>, usize)> = Vec::new();
    for value in order {
        let Lifetime { birth, death, width, fixed } = &lifetimes[value];
        if let Some(place) = fixed {
            places[value] = *place;
            continue;
        }
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
