//! Integer powers: `x.powi(2)`.

use quote::ToTokens;
use syn::{Expr, Lit, LitInt, UnOp};

use super::resolver::Resolver;
use crate::common::tokens::source;
use crate::graph::function::Function;
use crate::graph::model::Operation;
use crate::graph::names::{is_capital, names, plain};

impl Resolver<'_> {
    /// Returns the node of `base.powi(exponent)`.
    pub(super) fn power(&mut self, base: &Expr, exponent: &Expr, expression: &Expr) -> usize {
        let operand = self.expression(base);
        let axes = self.nodes[operand].axes;
        if let Some(message) = self.rejected_exponent(base, exponent) {
            self.report.error(exponent, message);
            names(exponent).iter().for_each(|name| _ = self.use_name(name));
            return self.invalid(axes, expression);
        }
        let power = Operation::Power(exponent.to_token_stream());
        self.unnamed(Function::Powi.row().name, power, vec![operand], axes, expression)
    }

    /// The message for an exponent that is not an integer constant.
    fn rejected_exponent(&self, base: &Expr, exponent: &Expr) -> Option<String> {
        let (base, written) = (source(base), source(exponent));
        let (sign, magnitude) = match bare(exponent) {
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => ("-", bare(&unary.expr)),
            other => ("", other),
        };
        let fact = match magnitude {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(int) => return rejected_integer(sign, int, &base, &written),
                _ => "expected an integer as the exponent of `powi`",
            },
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) if !is_capital(name) || self.names.contains_key(&plain(name)) => {
                    "expected a constant as the exponent of `powi`"
                }
                _ => return None,
            },
            _ => "expected a constant as the exponent of `powi`",
        };
        Some(format!("{fact}, found `{written}`\nhelp: write `{base}.powf({written})`"))
    }
}

/// The message for an integer that is not a valid exponent.
fn rejected_integer(sign: &str, int: &LitInt, base: &str, written: &str) -> Option<String> {
    if !int.suffix().is_empty() {
        let digits = written.replace(int.suffix(), "");
        return Some(format!(
            "unexpected suffix `{}` of an exponent\nhelp: write `{}`",
            int.suffix(),
            digits.trim_end_matches('_')
        ));
    }
    // Parsed with the sign, since the range has one more negative integer than positive ones.
    let fits = format!("{sign}{}", int.base10_digits()).parse::<i32>().is_ok();
    (!fits).then(|| {
        format!(
            "exponent `{written}` is out of range for `i32`\nhelp: write `{base}.powf({written}.0)`"
        )
    })
}

/// Removes brackets around an expression, including those of `macro_rules!`.
fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(inside) => bare(&inside.expr),
        Expr::Paren(inside) => bare(&inside.expr),
        other => other,
    }
}
