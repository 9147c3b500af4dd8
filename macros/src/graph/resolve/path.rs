//! Names in expressions: inputs, `let`s and constants.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, ExprPath};

use super::resolver::Resolver;
use crate::common::spelling::is_like;
use crate::graph::function;
use crate::graph::model::Operation;
use crate::graph::names::{is_capital, plain};

impl Resolver<'_> {
    /// Returns the node of an input, a `let` or a constant.
    pub(super) fn path(&mut self, expression: &Expr, path: &ExprPath) -> usize {
        let Some(name) = path.path.get_ident().filter(|_| path.qself.is_none()) else {
            return self.constant(expression);
        };
        if let Some(node) = self.use_name(&plain(name)) {
            return node;
        }
        if is_capital(name) {
            return self.constant(expression);
        }
        if !self.has_inputs {
            return self.invalid(0, expression);
        }
        let message = self.unknown(name);
        if let Some(known) = self.similar(name) {
            self.use_name(&known);
        }
        self.reject(expression, message)
    }

    /// A constant in scope.
    fn constant(&mut self, expression: &Expr) -> usize {
        let constant = Operation::Constant(expression.to_token_stream());
        self.unnamed("constant", constant, Vec::new(), 0, expression)
    }

    /// The known name that is closest to a misspelled one.
    fn similar(&self, name: &Ident) -> Option<String> {
        let title = plain(name);
        self.order.iter().find(|known| is_like(&title, known)).cloned()
    }

    /// The message for an unknown name.
    fn unknown(&self, name: &Ident) -> String {
        let title = plain(name);
        if self.current.as_ref() == Some(&title) {
            return format!(
                "`{name}` is used in its own definition\n\
                 help: make the initial value an input, and call `forward` repeatedly outside of \
                 `graph!`"
            );
        }
        if self.lets.contains(&title) {
            return format!(
                "`{name}` is used before its definition\n\
                 help: move `let {name} = …;` before this use"
            );
        }
        if let Some(function) = function::find(&title) {
            return format!(
                "expected value, found function `{name}`\nhelp: write `{}`",
                function.form()
            );
        }
        let help = match self.similar(name) {
            Some(known) => format!("write `{known}`"),
            None => format!(
                "add `{name}` to the inputs; for a constant, use capitals or a path: \
                 `self::{name}`"
            ),
        };
        format!("cannot find value `{name}` in the graph\nhelp: {help}")
    }
}
