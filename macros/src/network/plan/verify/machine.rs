//! Executes the steps of a pass on symbols.

use std::collections::{BTreeSet, HashSet};

use super::graph::Graph;
use super::symbols::{Fault, Memory, Step, Term, Trace, Value, Violation, distinct};
use crate::network::plan::nodes::{Operation, Source};
use crate::network::plan::schedule::{Backward, Contribution, Forward, How, Place, Schedule};
use crate::network::size::Size;

/// The variants of a run.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Run {
    /// Whether there is a buffer for the gradient of the input.
    wants_input_grad: bool,
    /// Whether layers are updated after the backward pass, where possible.
    defers_updates: bool,
}

impl Run {
    /// A nested network (with a gradient of the input) whose layers, like all built-in layers
    /// except `Affine`, do not defer updates.
    pub(super) const PLAIN: Run = Run { wants_input_grad: true, defers_updates: false };
    pub(super) const ALL: [Run; 4] = [
        Run::PLAIN,
        Run { wants_input_grad: false, defers_updates: false },
        Run { wants_input_grad: true, defers_updates: true },
        Run { wants_input_grad: false, defers_updates: true },
    ];
}

/// The state of a pass during execution.
pub(super) struct Machine<'a> {
    graph: &'a Graph<'a>,
    schedule: &'a Schedule,
    run: Run,
    memory: Memory,
    assigned: Vec<Source>,
    /// The layers whose parameter gradients were assigned.
    trained: HashSet<usize>,
}

type Outcome = Result<(), Fault>;

impl<'a> Machine<'a> {
    pub(super) fn new(graph: &'a Graph<'a>, schedule: &'a Schedule, run: Run) -> Machine<'a> {
        Machine {
            graph,
            schedule,
            run,
            memory: Memory::default(),
            assigned: Vec::new(),
            trained: HashSet::new(),
        }
    }

    /// Executes all steps, and returns the trace of reads and writes.
    pub(super) fn run(mut self) -> Result<Trace, Violation> {
        match self.steps() {
            Ok(()) => Ok(self.memory.trace),
            Err(fault) => {
                let (training, step) = (self.graph.training, self.memory.trace.step());
                Err(Violation { training, step, fault })
            }
        }
    }

    fn steps(&mut self) -> Outcome {
        let schedule = self.schedule;
        let kept: Vec<_> =
            (0..self.graph.nodes.len()).filter(|node| self.graph.is_kept(*node)).collect();
        self.memory.begin(Step::Begin);
        for node in &kept {
            if let Some(place) = self.saved_place(*node)? {
                self.memory.write(place, Value::Saved(*node));
            }
        }
        for step in &schedule.forward {
            self.memory.begin(Step::Forward(step.node));
            self.forward(step)?;
        }
        self.memory.begin(Step::Loss);
        self.loss()?;
        if self.graph.training {
            for step in &schedule.backward {
                self.memory.begin(Step::Backward(step.node));
                self.backward(step)?;
            }
            self.update_deferred()?;
            self.memory.begin(Step::End);
            for node in kept {
                if let Some(place) = self.saved_place(node)? {
                    self.memory.read(place, Value::Saved(node))?;
                }
            }
            if self.run.wants_input_grad {
                self.memory.read(Place::Input, self.graph.gradient(Source::Input))?;
            }
        }
        self.count_steps()
    }

    /// The value that a node reads, and where it is expected; the network's input has no place.
    fn operand(&self, node: usize, operand: usize) -> (Option<Place>, Value) {
        let wanted = self.graph.value(self.graph.nodes[node].sources[operand]);
        match self.schedule.sources[node][operand] {
            Source::Input => (None, wanted),
            Source::Node(source) => (Some(self.schedule.outputs[source]), wanted),
        }
    }

    /// Reads an operand and returns its place.
    fn read_operand(&mut self, node: usize, operand: usize) -> Result<Option<Place>, Fault> {
        match self.operand(node, operand) {
            (Some(place), wanted) => {
                self.memory.read(place, wanted)?;
                self.is_computed(self.schedule.sources[node][operand])?;
                Ok(Some(place))
            }
            (None, Value::Output(Source::Input)) => Ok(None),
            (None, wanted) => {
                let found = Value::Output(Source::Input);
                Err(Fault::Reads { place: Place::Input, wanted, found })
            }
        }
    }

    /// A node without a step has no output, whatever its place contains.
    fn is_computed(&self, source: Source) -> Outcome {
        let Source::Node(node) = source else { return Ok(()) };
        match self.memory.trace.steps.contains(&Step::Forward(node)) {
            true => Ok(()),
            false => Err(Fault::NotComputed { node }),
        }
    }

    /// Writes a value to a buffer, which must be wide enough.
    fn write(&mut self, place: Place, value: Value, width: &Size) -> Outcome {
        let is_backward = matches!(self.memory.trace.step(), Step::Backward(_));
        match place {
            Place::Slot(slot) => {
                let widths = self.schedule.slots.get(slot);
                if !widths.is_some_and(|widths| widths.iter().any(|other| other.is_same(width))) {
                    return Err(Fault::TooNarrow { slot });
                }
            }
            Place::Output if is_backward => return Err(Fault::NoBuffer { of: value }),
            Place::Input if !(is_backward && self.run.wants_input_grad) => {
                return Err(Fault::NoBuffer { of: value });
            }
            Place::Output | Place::Input => {}
        }
        self.memory.write(place, value);
        Ok(())
    }

    fn forward(&mut self, step: &Forward) -> Outcome {
        let (node, graph) = (step.node, self.graph);
        let output = self.schedule.outputs[node];
        let mut used = Vec::new();
        for operand in 0..graph.nodes[node].sources.len() {
            let place = self.read_operand(node, operand)?;
            if step.in_place_operand != Some(operand) {
                used.extend(place);
            }
        }
        if let Some(operand) = step.in_place_operand {
            let is_there = self.operand(node, operand).0 == Some(output);
            if !graph.can_be_in_place(node, operand) || !is_there {
                return Err(Fault::NotInPlace { operand });
            }
        }
        let saved = self.saved_place(node)?;
        // Two operands may be the same value; a written buffer must be distinct.
        used.sort_by_key(|place| format!("{place:?}"));
        used.dedup();
        used.push(output);
        used.extend(saved);
        distinct(&used)?;
        let value = graph.value(Source::Node(node));
        if step.in_place_operand.is_some() {
            // Has the operand's width, even if only the compiler knows it.
            self.memory.write(output, value);
        } else {
            self.write(output, value, &graph.nodes[node].width)?;
        }
        if let (Some(place), true) = (saved, graph.is_kept(node)) {
            self.memory.read(place, Value::Saved(node))?;
        }
        match (saved, graph.saved(node)) {
            (Some(place), Some(width)) => self.write(place, Value::Saved(node), width),
            _ => Ok(()),
        }
    }

    /// The slot of a layer's saved values, if it saves any.
    fn saved_place(&self, node: usize) -> Result<Option<Place>, Fault> {
        match (self.graph.saved(node), self.schedule.saved[node]) {
            (None, _) => Ok(None),
            (Some(_), Some(place @ Place::Slot(_))) => Ok(Some(place)),
            (Some(_), _) => Err(Fault::NoBuffer { of: Value::Saved(node) }),
        }
    }

    /// The caller reads the outputs, and overwrites them with their gradients.
    fn loss(&mut self) -> Outcome {
        let last = Source::Node(self.graph.last());
        let output = self.graph.value(last);
        if self.schedule.copy_outputs {
            let place = self.schedule.outputs[self.graph.last()];
            distinct(&[place, Place::Output])?;
            self.memory.read(place, output.clone())?;
            self.memory.write(Place::Output, output.clone());
        }
        self.memory.read(Place::Output, output)?;
        self.memory.write(Place::Output, Value::Gradient(last, BTreeSet::from([Term::Loss])));
        self.assigned.push(last);
        Ok(())
    }

    fn backward(&mut self, step: &Backward) -> Outcome {
        let (node, graph) = (step.node, self.graph);
        let of = Source::Node(node);
        if step.operands.len() != graph.nodes[node].sources.len() {
            return Err(Fault::WrongNumberOfOperands { found: step.operands.len() });
        }
        if step.only_for_input_grad != graph.is_only_for_input_grad(of) {
            return Err(Fault::WrongCondition { of });
        }
        for (source, contribution) in graph.nodes[node].sources.iter().zip(&step.operands) {
            if contribution.only_for_input_grad != graph.is_only_for_input_grad(*source) {
                return Err(Fault::WrongCondition { of: *source });
            }
        }
        if step.only_for_input_grad && !self.run.wants_input_grad {
            return Ok(());
        }
        let own = self.gradient_place(of)?;
        self.memory.read(own, graph.gradient(of))?;
        match graph.nodes[node].operation {
            Operation::Layer(_) => self.backward_layer(step, own),
            Operation::Activation | Operation::TrainOnly => self.backward_activation(step, own),
            Operation::Part if step.operands[0].how != How::Assign => {
                Err(Fault::AddedTwice { of: Source::Input })
            }
            Operation::Sum | Operation::Product | Operation::Concat | Operation::Part => {
                self.backward_merge(step, own)
            }
        }
    }

    /// Where the gradient of a value is expected.
    fn gradient_place(&self, of: Source) -> Result<Place, Fault> {
        let place = match of {
            Source::Input => Some(Place::Input),
            Source::Node(node) => self.schedule.gradients[node],
        };
        place.ok_or_else(|| Fault::NoBuffer { of: self.graph.gradient(of) })
    }

    fn is_left_out(&self, contribution: &Contribution) -> bool {
        contribution.only_for_input_grad && !self.run.wants_input_grad
    }

    /// A layer reads its input, its saved values and the gradient of its output, and writes the
    /// gradient of its input. It may overwrite everything it reads.
    fn backward_layer(&mut self, step: &Backward, own: Place) -> Outcome {
        let node = step.node;
        let contribution = &step.operands[0];
        self.train(step)?;
        let mut used = vec![own];
        used.extend(self.read_operand(node, 0)?);
        let saved = self.saved_place(node)?;
        if let Some(place) = saved {
            self.memory.read(place, Value::Saved(node))?;
            used.push(place);
        }
        if !self.is_left_out(contribution) {
            self.contribute(node, 0, contribution, own, &used)?;
        }
        if !self.is_deferred(node) {
            self.memory.clobber(own);
        }
        if let Some(place) = saved.filter(|_| !self.graph.is_kept(node)) {
            self.memory.clobber(place);
        }
        Ok(())
    }

    /// The first step of a layer assigns the gradients of its parameters, and the others
    /// accumulate.
    fn train(&mut self, step: &Backward) -> Outcome {
        let is_first =
            self.graph.nodes[step.node].layer().is_some_and(|layer| self.trained.insert(layer));
        let expected = if is_first { How::Assign } else { How::Accumulate };
        match step.parameters {
            Some(how) if how == expected => Ok(()),
            found => Err(Fault::Parameters { found }),
        }
    }

    /// An activation computes the gradient of its input from that of its output in place, even if
    /// the result is then copied or added. It reads its output, or the derivative that it saved.
    fn backward_activation(&mut self, step: &Backward, own: Place) -> Outcome {
        let node = step.node;
        let contribution = &step.operands[0];
        if self.is_left_out(contribution) {
            return Ok(());
        }
        let needed = match self.saved_place(node)? {
            Some(place) => {
                self.memory.read(place, Value::Saved(node))?;
                place
            }
            None => {
                let output = self.schedule.outputs[node];
                self.memory.read(output, Value::Output(Source::Node(node)))?;
                output
            }
        };
        self.contribute(node, 0, contribution, own, &[own, needed])?;
        if contribution.how != How::InPlace {
            self.memory.clobber(own);
        }
        Ok(())
    }

    /// A join contributes to one operand after the other. The operand whose gradient it computes in
    /// place comes last.
    fn backward_merge(&mut self, step: &Backward, own: Place) -> Outcome {
        let (node, graph) = (step.node, self.graph);
        let operands = step.operands.iter().enumerate();
        let (in_place, others): (Vec<_>, Vec<_>) =
            operands.partition(|(_, contribution)| contribution.how == How::InPlace);
        for (operand, contribution) in others.into_iter().chain(in_place) {
            if self.is_left_out(contribution) {
                continue;
            }
            self.memory.read(own, graph.gradient(Source::Node(node)))?;
            let mut used = vec![own];
            if graph.nodes[node].operation == Operation::Product {
                used.extend(self.read_operand(node, 1 - operand)?);
            }
            self.contribute(node, operand, contribution, own, &used)?;
        }
        Ok(())
    }

    /// Adds the term of one operand to its gradient. `used` are the buffers that the step reads,
    /// including `own`, which holds the gradient of the node's output.
    fn contribute(
        &mut self,
        node: usize,
        operand: usize,
        contribution: &Contribution,
        own: Place,
        used: &[Place],
    ) -> Outcome {
        let source = self.graph.nodes[node].sources[operand];
        let target = self.gradient_place(source)?;
        let term = BTreeSet::from([Term::Reader { node, operand }]);
        match contribution.how {
            How::InPlace => {
                if !self.graph.can_be_in_place(node, operand) || target != own {
                    return Err(Fault::NotInPlace { operand });
                }
                distinct(used)?;
                self.assign(source)?;
                self.memory.write(own, Value::Gradient(source, term));
                Ok(())
            }
            How::Assign => {
                let expected = (source != Source::Input).then_some(target);
                if contribution.place != expected {
                    return Err(Fault::NoBuffer { of: Value::Gradient(source, term) });
                }
                distinct(&[used, &[target]].concat())?;
                if self.graph.nodes[node].operation == Operation::Part {
                    return self.assign_columns(node, operand);
                }
                self.assign(source)?;
                let width = self.graph.width(source);
                self.write(target, Value::Gradient(source, term), width)
            }
            How::Accumulate => self.accumulate(node, operand, contribution, used),
        }
    }

    fn assign(&mut self, source: Source) -> Outcome {
        if self.assigned.contains(&source) {
            return Err(Fault::AssignedTwice { of: source });
        }
        self.assigned.push(source);
        Ok(())
    }

    /// Assigns columns of the input's gradient.
    fn assign_columns(&mut self, node: usize, operand: usize) -> Outcome {
        let mut terms = match self.memory.get(Place::Input) {
            Value::Gradient(Source::Input, terms) => terms,
            _ => BTreeSet::new(),
        };
        if !terms.insert(Term::Reader { node, operand }) {
            return Err(Fault::AddedTwice { of: Source::Input });
        }
        self.write(Place::Input, Value::Gradient(Source::Input, terms), self.graph.input)
    }

    /// Adds a term to a gradient. A layer first computes it in a separate buffer.
    fn accumulate(
        &mut self,
        node: usize,
        operand: usize,
        contribution: &Contribution,
        used: &[Place],
    ) -> Outcome {
        let graph = self.graph;
        let source = graph.nodes[node].sources[operand];
        let target = self.gradient_place(source)?;
        let term = Term::Reader { node, operand };
        let mut used = [used, &[target]].concat();
        if graph.nodes[node].is_layer() {
            let of = Value::Gradient(source, BTreeSet::from([term]));
            let Some(place @ Place::Slot(_)) = contribution.place else {
                return Err(Fault::NoBuffer { of });
            };
            used.push(place);
            self.write(place, of, graph.width(source))?;
        }
        distinct(&used)?;
        let before = self.memory.get(target);
        self.memory.read(target, before.clone())?;
        let (true, Value::Gradient(of, mut terms)) = (self.assigned.contains(&source), before)
        else {
            return Err(Fault::AccumulatedUnassigned { of: source });
        };
        if of != source {
            return Err(Fault::AccumulatedUnassigned { of: source });
        }
        if !terms.insert(term) {
            return Err(Fault::AddedTwice { of: source });
        }
        self.memory.write(target, Value::Gradient(source, terms));
        Ok(())
    }

    /// Whether a layer is updated after the backward pass, and until then does not overwrite the
    /// gradient of its output.
    fn is_deferred(&self, node: usize) -> bool {
        self.run.defers_updates && self.schedule.survives_backward[node]
    }

    /// The deferred updates, in reverse order.
    fn update_deferred(&mut self) -> Outcome {
        let graph = self.graph;
        for node in (0..graph.nodes.len()).rev() {
            self.memory.begin(Step::DeferredUpdate(node));
            let claimed = self.schedule.survives_backward[node];
            if claimed && !graph.nodes[node].is_layer() {
                return Err(Fault::SurvivesBackward { claimed });
            }
            if self.is_deferred(node) {
                self.read_operand(node, 0)?;
                let own = self.gradient_place(Source::Node(node))?;
                if own == Place::Input {
                    return Err(Fault::SurvivesBackward { claimed });
                }
                self.memory.read(own, graph.gradient(Source::Node(node)))?;
            }
        }
        Ok(())
    }

    /// Each required step must occur exactly once, and no other step may occur.
    fn count_steps(&self) -> Outcome {
        let steps = &self.memory.trace.steps;
        let count = |step: Step| steps.iter().filter(|other| **other == step).count();
        for node in 0..self.graph.nodes.len() {
            let forward = count(Step::Forward(node));
            if forward != usize::from(self.graph.is_computed(node)) {
                return Err(Fault::WrongNumberOfSteps { found: forward });
            }
            let is_trained = self.graph.training && self.graph.reaches_outputs(node);
            let backward = count(Step::Backward(node));
            if backward != usize::from(is_trained) {
                return Err(Fault::WrongNumberOfSteps { found: backward });
            }
        }
        Ok(())
    }
}
