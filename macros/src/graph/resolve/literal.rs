//! Numbers in expressions.

use quote::ToTokens;
use syn::{Expr, Lit};

use super::resolver::Resolver;
use crate::common::tokens::source;
use crate::graph::model::Operation;

impl Resolver<'_> {
    /// Returns the node of a number that is preceded by `sign`.
    pub(super) fn literal(&mut self, expression: &Expr, literal: &Lit, sign: &str) -> usize {
        if let Some(message) = rejected(expression, literal, sign) {
            return self.reject(expression, message);
        }
        let number = Operation::Literal(expression.to_token_stream());
        self.unnamed("constant", number, Vec::new(), 0, expression)
    }
}

/// The message for a literal that is not a valid number in a graph.
fn rejected(expression: &Expr, literal: &Lit, sign: &str) -> Option<String> {
    let (digits, suffix) = match literal {
        Lit::Float(float) => (float.base10_digits().to_owned(), float.suffix()),
        Lit::Int(int) => (format!("{}.0", int.base10_digits()), int.suffix()),
        _ => {
            let found = source(literal);
            return Some(format!(
                "expected a number, found `{found}`\nhelp: write a number, for example `1.0`"
            ));
        }
    };
    let is_float = matches!(literal, Lit::Float(_)) || ["f32", "f64"].contains(&suffix);
    if !is_float {
        let found = source(expression);
        return Some(format!(
            "expected a floating-point number, found integer `{found}`\n\
             help: write `{sign}{digits}`"
        ));
    }
    if !suffix.is_empty() {
        return Some(format!(
            "unexpected suffix `{suffix}`: the scalar type is inferred where the graph is used\n\
             help: write `{sign}{digits}`"
        ));
    }
    if !digits.parse::<f64>().is_ok_and(f64::is_finite) {
        return Some(format!(
            "`{}` is out of range for `f64`\nhelp: write a number up to `1e308`",
            source(expression)
        ));
    }
    None
}
