//! Names to nodes: what each value is computed from.

mod call;
mod definition;
mod expression;
mod literal;
mod path;
mod power;
mod resolver;

use super::ast::Declaration;
use super::model::Model;
use crate::common::report::Report;
use resolver::Resolver;

/// Resolves all names of a declaration.
pub(super) fn resolve(declaration: Declaration, report: &mut Report) -> Model {
    let Declaration { attributes, visibility, keyword, name, inputs, body } = declaration;
    let mut resolver = Resolver::new(inputs.is_some(), &body.lets, report);
    let inputs = inputs.into_iter().flatten().map(|input| resolver.input(input)).collect();
    for item in body.lets {
        resolver.definition(item);
    }
    let output = body.result.map(|(documentation, value)| resolver.result(documentation, &value));
    for name in &body.mentioned {
        resolver.use_name(name);
    }
    if output.is_some() {
        resolver.report_unused();
    }
    Model { attributes, visibility, keyword, name, inputs, nodes: resolver.nodes, output }
}
