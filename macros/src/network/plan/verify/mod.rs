//! Proves that a plan is correct, by running it on symbols.
//!
//! Each buffer holds the name of a value instead of numbers: the output of a node,
//! what it saved, or a gradient as the set of terms that were added up. A step
//! demands the names that it has to find according to the graph, and leaves new
//! ones. All that can go wrong with memory or order is then a read that finds
//! another name. What the steps read and write is what `expand` makes of them, and
//! is written down here once more, from the graph alone: nothing of the planner is
//! used but the types of its results.
//!
//! A training pass is run with and without a buffer for the gradient of the input,
//! and with and without deferred updates.

mod claims;
mod graph;
mod machine;
mod symbols;

use self::graph::Graph;
use self::machine::{Machine, Run};
pub(crate) use self::symbols::{Fault, Violation};
use super::nodes::Node;
use super::schedule::{Plan, Schedule};
use crate::network::size::Size;

/// Checks both passes of a plan.
pub(crate) fn verify(nodes: &[Node], input: &Size, plan: &Plan) -> Result<(), Violation> {
    let inference = Graph::new(nodes, input, false);
    let training = Graph::new(nodes, input, true);
    check(&inference, &plan.inference, &[Run::PLAIN])?;
    check(&training, &plan.training, &Run::ALL)
}

/// Checks one pass in the ways in which it can be run.
fn check(graph: &Graph<'_>, schedule: &Schedule, runs: &[Run]) -> Result<(), Violation> {
    for run in runs {
        let trace = Machine::new(graph, schedule, *run).run()?;
        if *run == Run::PLAIN {
            claims::check(graph, schedule, &trace)?;
        }
    }
    Ok(())
}
