//! Inputs, `let`s and the result: nodes with names.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Attribute, Expr};

use super::resolver::{Known, NameKind, Resolver};
use crate::common::tokens::source;
use crate::graph::ast::{Input, Let};
use crate::graph::model::{Node, OUTPUT, Operation};
use crate::graph::names::plain;

impl Resolver<'_> {
    /// Adds an input and returns its node.
    pub(super) fn input(&mut self, Input { documentation, name, axes }: Input) -> usize {
        let is_field = name.is_ok();
        let name = name.unwrap_or_else(|wrong| Ident::new("input", wrong.span()));
        let mut node = Node {
            source: plain(&name),
            name: name.clone(),
            is_field,
            is_let: false,
            documentation,
            operation: Operation::Input,
            operands: Vec::new(),
            axes,
            is_constant: false,
        };
        if is_field && self.names.contains_key(&node.source) {
            node.is_field = false;
            let message = format!("duplicate input `{name}`\nhelp: rename one of the two");
            self.report.error(&name, message);
            return self.push(node);
        }
        let index = self.push(node);
        if is_field {
            self.define(name, index, NameKind::Input);
        }
        index
    }

    /// `let name = value;`
    pub(super) fn definition(&mut self, Let { documentation, name, value }: Let) {
        self.reject_redefinition(&name);
        self.current = Some(plain(&name));
        let before = self.nodes.len();
        let mut node = value.as_ref().map(|value| self.expression(value));
        self.current = None;
        if let (Some(other), Some(value)) = (node.filter(|node| *node < before), &value) {
            let original = source(value);
            let message =
                format!("`{name}` is another name for `{original}`\nhelp: use `{original}`");
            self.report.error(value, message);
            let axes = self.nodes[other].axes;
            node = Some(self.invalid(axes, value));
        }
        let node = node.unwrap_or_else(|| self.invalid(0, &name));
        self.nodes[node].name = name.clone();
        self.nodes[node].is_field = true;
        self.nodes[node].is_let = true;
        self.nodes[node].documentation = documentation;
        self.define(name, node, NameKind::Let);
    }

    /// Adds the expression at the end and returns its node.
    pub(super) fn result(&mut self, documentation: Vec<Attribute>, value: &Expr) -> usize {
        let before = self.nodes.len();
        let node = self.expression(value);
        if node >= before {
            self.nodes[node].name = Ident::new(OUTPUT, Span::call_site());
            self.nodes[node].documentation = documentation;
            self.nodes[node].is_field = true;
        }
        node
    }

    /// Reports a `let` whose name is taken.
    fn reject_redefinition(&mut self, name: &Ident) {
        let Some(known) = self.names.get(&plain(name)) else { return };
        let what = match known.kind {
            NameKind::Input => "an input",
            NameKind::Let => "a `let`",
        };
        let message = format!(
            "`{name}` is already defined by {what}\n\
             help: choose another name, for example `{}2`",
            plain(name)
        );
        self.report.error(name, message);
    }

    /// Makes a name known to the expressions that follow.
    fn define(&mut self, name: Ident, node: usize, kind: NameKind) {
        if name.unraw() == OUTPUT {
            let help = match kind {
                NameKind::Input => "choose another name",
                NameKind::Let => "choose another name, or remove `let output =`",
            };
            let message = format!("`{OUTPUT}` is reserved for the result of a graph\nhelp: {help}");
            self.report.error(&name, message);
        }
        let title = plain(&name);
        self.order.push(title.clone());
        self.names.insert(title, Known { node, definition: name, kind, is_used: false });
    }

    /// Reports inputs and `let`s that no expression uses.
    pub(super) fn report_unused(&mut self) {
        for name in &self.order {
            let Some(Known { definition, kind, is_used: false, .. }) = self.names.get(name) else {
                continue;
            };
            let what = match kind {
                NameKind::Input => "input",
                NameKind::Let => "value",
            };
            let message = format!("unused {what} `{definition}`\nhelp: use it or remove it");
            self.report.error(definition, message);
        }
    }
}
