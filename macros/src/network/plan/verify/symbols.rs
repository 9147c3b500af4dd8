//! Memory that holds symbols instead of numbers.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use crate::network::plan::nodes::Source;
use crate::network::plan::schedule::{How, Place};

/// The contents of a buffer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Unspecified contents.
    Garbage,
    /// The output of a node, or the network's input.
    Output(Source),
    /// The saved values of a layer.
    Saved(usize),
    /// A partial gradient of a value: the sum of some of its terms.
    Gradient(Source, BTreeSet<Term>),
}

/// A term of the gradient of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Term {
    /// The derivative of the loss.
    Loss,
    /// The contribution of a node that reads the value as one of its operands.
    Reader { node: usize, operand: usize },
}

/// A step of an execution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// What layers keep is that of the batch before.
    Begin,
    Forward(usize),
    /// The caller reads the outputs, and overwrites them with their gradients.
    Loss,
    Backward(usize),
    /// The deferred update of a layer's weights.
    DeferredUpdate(usize),
    /// The caller reads the gradient of the input.
    End,
}

/// A violation of a plan's requirements.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Violation {
    /// Whether it is in training, and not in a prediction.
    pub(crate) training: bool,
    pub(crate) step: Step,
    pub(crate) fault: Fault,
}

/// The error in a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// It reads a wrong value: one that was overwritten, belongs to another node, or is an
    /// incomplete gradient.
    Reads { place: Place, wanted: Value, found: Value },
    /// It reads the output of a node that has no earlier step.
    NotComputed { node: usize },
    /// It writes to a buffer that it also uses for something else.
    SharesMemory { place: Place },
    /// It uses a buffer that this pass does not have, or lacks one that it needs.
    NoBuffer { of: Value },
    /// A slot is too narrow for a value.
    TooNarrow { slot: usize },
    /// It works in place although it is not elementwise, or the result is expected elsewhere.
    NotInPlace { operand: usize },
    /// It does not work in place, although no later step reads the operand.
    CouldBeInPlace { operand: usize },
    /// It uses a new slot, although the value in another is no longer needed.
    NeedlessSlot { slot: usize },
    /// It assigns a gradient that is already assigned.
    AssignedTwice { of: Source },
    /// It adds a term to an unassigned gradient.
    AccumulatedUnassigned { of: Source },
    /// It adds a term that the gradient already has.
    AddedTwice { of: Source },
    /// A gradient is computed unconditionally although only the input's gradient needs it, or vice
    /// versa.
    WrongCondition { of: Source },
    /// It assigns parameter gradients again, or accumulates without an assignment.
    Parameters { found: Option<How> },
    /// The number of its contributions differs from the number of operands.
    WrongNumberOfOperands { found: usize },
    /// It is missing or duplicated, or the loss does not depend on its result.
    WrongNumberOfSteps { found: usize },
    /// The plan's claim about a layer's input and output gradient after the backward pass is false.
    SurvivesBackward { claimed: bool },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pass = if self.training { "training" } else { "prediction" };
        write!(f, "in {pass}, {:?}: {:?}", self.step, self.fault)
    }
}

/// The buffers of a pass.
#[derive(Default)]
pub(super) struct Memory {
    buffers: HashMap<Place, Value>,
    pub(super) trace: Trace,
}

/// The reads and writes of a pass.
#[derive(Default)]
pub(super) struct Trace {
    /// The steps so far; the last one is executing.
    pub(super) steps: Vec<Step>,
    pub(super) accesses: Vec<Access>,
}

/// A read or write of a value.
pub(super) struct Access {
    /// The index of the step.
    pub(super) time: usize,
    pub(super) place: Place,
    pub(super) is_write: bool,
}

impl Memory {
    pub(super) fn begin(&mut self, step: Step) {
        self.trace.steps.push(step);
    }

    /// Returns the contents of a buffer.
    pub(super) fn get(&self, place: Place) -> Value {
        self.buffers.get(&place).cloned().unwrap_or(Value::Garbage)
    }

    /// Reads a value, which must be the wanted one.
    pub(super) fn read(&mut self, place: Place, wanted: Value) -> Result<(), Fault> {
        let found = self.get(place);
        if found != wanted {
            return Err(Fault::Reads { place, wanted, found });
        }
        self.record(place, false);
        Ok(())
    }

    pub(super) fn write(&mut self, place: Place, value: Value) {
        self.record(place, true);
        self.buffers.insert(place, value);
    }

    /// Invalidates a buffer, as a step does with operands that it may overwrite.
    pub(super) fn clobber(&mut self, place: Place) {
        self.buffers.insert(place, Value::Garbage);
    }

    fn record(&mut self, place: Place, is_write: bool) {
        let time = self.trace.steps.len() - 1;
        self.trace.accesses.push(Access { time, place, is_write });
    }
}

impl Trace {
    /// The current or last step.
    pub(super) fn step(&self) -> Step {
        self.steps.last().copied().unwrap_or(Step::End)
    }

    /// Whether the value in a buffer after a step is read later.
    pub(super) fn is_read_after(&self, time: usize, place: Place) -> bool {
        let next = self.accesses.iter().find(|access| access.time > time && access.place == place);
        next.is_some_and(|access| !access.is_write)
    }
}

/// Checks that the buffers of a step are distinct.
pub(super) fn distinct(places: &[Place]) -> Result<(), Fault> {
    let is_repeated = |at: &usize| places[..*at].contains(&places[*at]);
    match (0..places.len()).find(is_repeated) {
        Some(at) => Err(Fault::SharesMemory { place: places[at] }),
        None => Ok(()),
    }
}
