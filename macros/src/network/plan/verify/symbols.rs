//! Memory that holds symbols instead of numbers.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use crate::network::plan::nodes::Source;
use crate::network::plan::schedule::{How, Place};

/// What a buffer holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing that has a meaning.
    Garbage,
    /// The output of a node, or the network's input.
    Output(Source),
    /// What a layer saved.
    Saved(usize),
    /// The sum of some terms of the gradient of a value.
    Gradient(Source, BTreeSet<Term>),
}

/// A term of the gradient of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Term {
    /// The derivative of the loss.
    Loss,
    /// What a node contributes that reads the value as one of its operands.
    Reader { node: usize, operand: usize },
}

/// A step of a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Forward(usize),
    /// The caller reads the outputs, and overwrites them with their derivatives.
    Loss,
    Backward(usize),
    /// The weights of a layer are updated after the backward pass.
    DeferredUpdate(usize),
    /// The caller reads the gradient of the input.
    End,
}

/// How a plan is wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Violation {
    /// In a prediction, or while training.
    pub(crate) training: bool,
    pub(crate) step: Step,
    pub(crate) fault: Fault,
}

/// What a step does wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// It reads something else than it wants: an overwritten value, another node's,
    /// or a gradient that lacks terms.
    Reads { place: Place, wanted: Value, found: Value },
    /// It reads the output of a node that has no step before this one.
    NotComputed { node: usize },
    /// It writes into a buffer that it uses for something else too.
    SharesMemory { place: Place },
    /// It uses a buffer that does not exist in this pass, or has none.
    NoBuffer { of: Value },
    /// A slot has no room for a value of this width.
    TooNarrow { slot: usize },
    /// It works in place, but cannot: it is not elementwise, or the result is expected
    /// elsewhere.
    NotInPlace { operand: usize },
    /// It does not work in place, though no later step reads the operand.
    CouldBeInPlace { operand: usize },
    /// It uses a new slot, though the value in another is not needed any more.
    NeedlessSlot { slot: usize },
    /// It assigns a gradient that was assigned before.
    AssignedTwice { of: Source },
    /// It adds a term to a gradient that was not assigned.
    AccumulatedUnassigned { of: Source },
    /// It adds a term that the gradient already has.
    AddedTwice { of: Source },
    /// A gradient is computed always that only the input's gradient needs, or the
    /// other way round.
    WrongCondition { of: Source },
    /// It assigns gradients of parameters again, or adds to none.
    Parameters { found: Option<How> },
    /// It contributes to more or fewer gradients than the node has operands.
    WrongNumberOfOperands { found: usize },
    /// It is missing, is there twice, or computes what the loss does not depend on.
    WrongNumberOfSteps { found: usize },
    /// What the plan says of a layer's input and output gradient after the backward
    /// pass is not true.
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

/// What a pass read and wrote.
#[derive(Default)]
pub(super) struct Trace {
    /// The steps so far, the last of which runs.
    pub(super) steps: Vec<Step>,
    pub(super) accesses: Vec<Access>,
}

/// A value that was read or written.
pub(super) struct Access {
    /// The number of the step.
    pub(super) time: usize,
    pub(super) place: Place,
    pub(super) is_write: bool,
}

impl Memory {
    pub(super) fn begin(&mut self, step: Step) {
        self.trace.steps.push(step);
    }

    /// What a buffer holds.
    pub(super) fn get(&self, place: Place) -> Value {
        self.buffers.get(&place).cloned().unwrap_or(Value::Garbage)
    }

    /// Reads a value that must be there.
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

    /// Leaves a value without a meaning, as a step does with what it may use up.
    pub(super) fn clobber(&mut self, place: Place) {
        self.buffers.insert(place, Value::Garbage);
    }

    fn record(&mut self, place: Place, is_write: bool) {
        let time = self.trace.steps.len() - 1;
        self.trace.accesses.push(Access { time, place, is_write });
    }
}

impl Trace {
    /// The step that runs, or ran last.
    pub(super) fn step(&self) -> Step {
        self.steps.last().copied().unwrap_or(Step::End)
    }

    /// Whether the value that a buffer holds after a step is read later.
    pub(super) fn is_read_after(&self, time: usize, place: Place) -> bool {
        let next = self.accesses.iter().find(|access| access.time > time && access.place == place);
        next.is_some_and(|access| !access.is_write)
    }
}

/// Whether all buffers of a step are different ones.
pub(super) fn distinct(places: &[Place]) -> Result<(), Fault> {
    let is_repeated = |at: &usize| places[..*at].contains(&places[*at]);
    match (0..places.len()).find(is_repeated) {
        Some(at) => Err(Fault::SharesMemory { place: places[at] }),
        None => Ok(()),
    }
}
