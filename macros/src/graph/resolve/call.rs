//! Calls of functions: `x.exp()`, `exp(x)`, `x.max(y)`.

use proc_macro2::Ident;
use syn::{Expr, Lit};

use super::resolver::Resolver;
use crate::common::tokens::source;
use crate::graph::function::{self, Function};
use crate::graph::model::{Node, Operation};
use crate::graph::names::plain;

impl Resolver<'_> {
    /// Returns the node of a call.
    pub(super) fn call(&mut self, name: &Ident, arguments: &[&Expr], expression: &Expr) -> usize {
        let Some(function) = function::find(&plain(name)) else {
            return self.unknown_function(name, arguments, expression);
        };
        let takes = function.row().operands;
        if arguments.len() != takes {
            let plural = if takes == 1 { "" } else { "s" };
            let message = format!(
                "`{name}` takes {takes} operand{plural}, found {}\nhelp: write `{}`",
                arguments.len(),
                function.form()
            );
            return self.reject(expression, message);
        }
        if function == Function::Powi {
            return self.power(arguments[0], arguments[1], expression);
        }
        let operands: Vec<usize> =
            arguments.iter().map(|argument| self.expression(argument)).collect();
        self.reject_numbers(function, &operands, arguments);
        self.function(function, operands, expression)
    }

    /// Reports a call of a function that does not exist.
    fn unknown_function(&mut self, name: &Ident, arguments: &[&Expr], expression: &Expr) -> usize {
        // A literal may be right for the function that was meant: `x.pow(2)`.
        for argument in arguments.iter().filter(|argument| !matches!(argument, Expr::Lit(_))) {
            self.expression(argument);
        }
        let is_integer =
            matches!(arguments, [_, Expr::Lit(exponent)] if matches!(exponent.lit, Lit::Int(_)));
        let title = plain(name);
        let help = match (function::instead(&title), function::meant(&title)) {
            (Some(instead), _) => format!("write `{instead}`"),
            (None, Some(Function::Powf)) if is_integer => {
                format!("write `{}`", Function::Powi.form())
            }
            (None, Some(meant)) => format!("write `{}`", meant.form()),
            (None, None) => format!("use one of {}", function::all()),
        };
        self.report.error(name, format!("cannot find function `{name}` in `graph!`\nhelp: {help}"));
        self.invalid(0, expression)
    }

    /// Reports operands of `dot` and `sum` that are numbers.
    fn reject_numbers(&mut self, function: Function, operands: &[usize], written: &[&Expr]) {
        if function.is_elementwise() {
            return;
        }
        for (&node, written) in operands.iter().zip(written) {
            let Node { axes, operation, .. } = &self.nodes[node];
            if *axes > 0 || matches!(operation, Operation::Invalid) {
                continue;
            }
            let operand = source(written);
            let declare = match operation {
                Operation::Input => {
                    format!(", or declare the input as an array: `{operand}: [_, _]`")
                }
                _ => String::new(),
            };
            let message = match function {
                Function::Dot => format!(
                    "`dot` takes two arrays, but `{operand}` is a number\n\
                     help: write `*`{declare}"
                ),
                _ => format!(
                    "`sum` takes an array, but `{operand}` is a number\n\
                     help: write `{operand}` without `sum`{declare}"
                ),
            };
            self.report.error(written, message);
        }
    }
}
