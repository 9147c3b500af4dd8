//! The state of name resolution: the nodes so far, and the names in scope.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::Expr;

use crate::common::report::Report;
use crate::common::tokens::source;
use crate::graph::ast::Let;
use crate::graph::model::{Node, Operation};
use crate::graph::names::{names, plain};

/// A name in scope.
pub(super) struct Known {
    pub(super) node: usize,
    /// The name where it was defined.
    pub(super) definition: Ident,
    pub(super) kind: NameKind,
    pub(super) is_used: bool,
}

/// What defined a name.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum NameKind {
    Input,
    Let,
}

pub(super) struct Resolver<'a> {
    pub(super) nodes: Vec<Node>,
    pub(super) names: HashMap<String, Known>,
    /// The names in the order of their definition.
    pub(super) order: Vec<String>,
    /// The names of all `let`s, including later ones.
    pub(super) lets: HashSet<String>,
    /// The `let` whose value is being resolved.
    pub(super) current: Option<String>,
    /// Whether the inputs could be parsed: otherwise any name may be an input.
    pub(super) has_inputs: bool,
    /// The number of nodes of each function.
    counts: HashMap<&'static str, usize>,
    pub(super) report: &'a mut Report,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(has_inputs: bool, lets: &[Let], report: &'a mut Report) -> Resolver<'a> {
        Resolver {
            nodes: Vec::new(),
            names: HashMap::new(),
            order: Vec::new(),
            lets: lets.iter().map(|item| plain(&item.name)).collect(),
            current: None,
            has_inputs,
            counts: HashMap::new(),
            report,
        }
    }

    /// Adds a node and returns its index.
    pub(super) fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Adds an unnamed node. Its name is its function with a number.
    pub(super) fn unnamed(
        &mut self,
        prefix: &'static str,
        operation: Operation,
        operands: Vec<usize>,
        axes: usize,
        written: &impl ToTokens,
    ) -> usize {
        let count = self.counts.entry(prefix).or_default();
        let name = loop {
            *count += 1;
            let name = format!("{prefix}{count}");
            if !self.names.contains_key(&name) && !self.lets.contains(&name) {
                break name;
            }
        };
        let is_constant = match operation {
            Operation::Literal(_) | Operation::Constant(_) => true,
            _ => !operands.is_empty() && operands.iter().all(|&node| self.nodes[node].is_constant),
        };
        self.push(Node {
            name: Ident::new(&name, Span::call_site()),
            is_field: matches!(operation, Operation::Function(_) | Operation::Power(_)),
            is_let: false,
            documentation: Vec::new(),
            operation,
            operands,
            axes,
            is_constant,
            source: source(written),
        })
    }

    /// Adds a node in place of an expression that was reported as invalid.
    pub(super) fn invalid(&mut self, axes: usize, written: &impl ToTokens) -> usize {
        self.unnamed("invalid", Operation::Invalid, Vec::new(), axes, written)
    }

    /// Reports an expression. The names in it count as used.
    pub(super) fn reject(&mut self, expression: &Expr, message: String) -> usize {
        self.report.error(expression, message);
        let used: Vec<usize> =
            names(expression).iter().filter_map(|name| self.use_name(name)).collect();
        let axes = used.into_iter().map(|node| self.nodes[node].axes).max().unwrap_or(0);
        self.invalid(axes, expression)
    }

    /// Marks a name as used and returns its node.
    pub(super) fn use_name(&mut self, name: &str) -> Option<usize> {
        let known = self.names.get_mut(name)?;
        known.is_used = true;
        Some(known.node)
    }
}
