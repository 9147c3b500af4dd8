//! Checks of a plan's claims against the trace of a run: which values survive, and that no memory
//! is wasted.

use std::collections::HashSet;

use super::graph::Graph;
use super::symbols::{Fault, Step, Trace, Violation};
use crate::network::plan::nodes::Source;
use crate::network::plan::schedule::{Backward, Forward, How, Place, Schedule};

/// Checks the claims of a plan against a run with a buffer for the gradient of the input and
/// without deferred updates.
pub(super) fn check(
    graph: &Graph<'_>,
    schedule: &Schedule,
    trace: &Trace,
) -> Result<(), Violation> {
    let run = Claims { graph, schedule, trace };
    for (time, step) in trace.steps.iter().enumerate() {
        let result = match step {
            Step::Forward(node) => run.forward_in_place(time, *node),
            Step::Backward(node) => run.survives(time, *node).and(run.backward_in_place(*node)),
            Step::Begin | Step::Loss | Step::DeferredUpdate(_) | Step::End => Ok(()),
        };
        let result = result.and(run.slots(time));
        result.map_err(|fault| Violation { training: graph.training, step: *step, fault })?;
    }
    Ok(())
}

struct Claims<'a> {
    graph: &'a Graph<'a>,
    schedule: &'a Schedule,
    trace: &'a Trace,
}

impl Claims<'_> {
    /// A layer's input and output gradient survive if no later step writes to their places.
    fn survives(&self, time: usize, node: usize) -> Result<(), Fault> {
        let claimed = self.schedule.survives_backward[node];
        let is_overwritten = |place: Place| {
            let mut accesses = self.trace.accesses.iter();
            accesses.any(|access| access.time > time && access.place == place && access.is_write)
        };
        let is_input_there = match self.schedule.sources[node][0] {
            Source::Input => true,
            Source::Node(source) => !is_overwritten(self.schedule.outputs[source]),
        };
        let gradient = self.schedule.gradients[node];
        let is_gradient_there =
            gradient.is_some_and(|place| place != Place::Input && !is_overwritten(place));
        let survives = self.graph.is_layer_used_once(node) && is_input_there && is_gradient_there;
        if claimed == survives { Ok(()) } else { Err(Fault::SurvivesBackward { claimed }) }
    }

    /// A forward step that is not in place must need all of its operands later.
    fn forward_in_place(&self, time: usize, node: usize) -> Result<(), Fault> {
        let is_in_place = |step: &Forward| step.node == node && step.in_place_operand.is_some();
        if self.schedule.forward.iter().any(is_in_place) {
            return Ok(());
        }
        for (operand, source) in self.schedule.sources[node].iter().enumerate() {
            if let Source::Node(source) = source
                && self.graph.can_be_in_place(node, operand)
                && !self.trace.is_read_after(time, self.schedule.outputs[*source])
            {
                return Err(Fault::CouldBeInPlace { operand });
            }
        }
        Ok(())
    }

    /// If an elementwise step assigns several gradients, one of them must reuse the step's own.
    fn backward_in_place(&self, node: usize) -> Result<(), Fault> {
        let Some(Backward { operands, only_for_input_grad, .. }) =
            self.schedule.backward.iter().find(|step| step.node == node)
        else {
            return Ok(());
        };
        if operands.iter().any(|contribution| contribution.how == How::InPlace) {
            return Ok(());
        }
        for (operand, contribution) in operands.iter().enumerate() {
            let is_of_node = self.graph.nodes[node].sources[operand] != Source::Input;
            if is_of_node
                && contribution.how == How::Assign
                && contribution.only_for_input_grad == *only_for_input_grad
                && self.graph.can_be_in_place(node, operand)
            {
                return Err(Fault::CouldBeInPlace { operand });
            }
        }
        Ok(())
    }

    /// A slot may be used for the first time only if every other slot holds a value that is read at
    /// that time or later.
    fn slots(&self, time: usize) -> Result<(), Fault> {
        let before = self.trace.accesses.iter().filter(|access| access.time < time);
        let used: HashSet<Place> = before.map(|access| access.place).collect();
        let now: HashSet<Place> = self
            .trace
            .accesses
            .iter()
            .filter(|access| access.time == time)
            .map(|access| access.place)
            .collect();
        let is_slot = |place: &&Place| matches!(place, Place::Slot(_));
        if now.difference(&used).find(is_slot).is_none() {
            return Ok(());
        }
        let is_idle = |place: &&Place| !self.trace.is_read_after(time, **place);
        match used.difference(&now).filter(is_slot).find(is_idle) {
            Some(Place::Slot(slot)) => Err(Fault::NeedlessSlot { slot: *slot }),
            _ => Ok(()),
        }
    }
}
