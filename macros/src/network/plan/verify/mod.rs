//! Proves that a plan is correct, by executing it on symbols.
//!
//! Each buffer holds a symbol instead of numbers: the output of a node, its saved values, or a
//! gradient as the set of its accumulated terms. A step checks that its buffers hold the symbols
//! that the graph requires, and writes new ones. Every error in memory or order then appears as a
//! read of the wrong symbol. The reads and writes of each step are those of the generated code
//! (`codegen`). They are derived again from the graph alone, independently of the planner: only the
//! types of its results are shared.
//!
//! A training pass is run with and without a buffer for the gradient of the input, and with and
//! without deferred updates.

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

/// Checks one pass in each variant.
fn check(graph: &Graph<'_>, schedule: &Schedule, runs: &[Run]) -> Result<(), Violation> {
    for run in runs {
        let trace = Machine::new(graph, schedule, *run).run()?;
        if *run == Run::PLAIN {
            claims::check(graph, schedule, &trace)?;
        }
    }
    Ok(())
}
