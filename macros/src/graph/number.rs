//! Numbers in expressions: literals, and the exponents of integer powers.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{Expr, Lit, UnOp};

use super::body::mention;
use super::function::Function;
use super::resolve::{Operation, Resolver, is_capital, plain};
use crate::tokens::source;

impl Resolver<'_> {
    /// A number.
    pub(super) fn literal(&mut self, expression: &Expr, literal: &Lit, sign: &str) -> usize {
        let digits = match literal {
            Lit::Float(float) => float.base10_digits().to_owned(),
            Lit::Int(int) => format!("{}.0", int.base10_digits()),
            _ => {
                let message = format!("`{}` is no number\nhelp: write `1.0`, say", source(literal));
                return self.refuse(expression, message);
            }
        };
        let suffix = match literal {
            Lit::Float(float) => float.suffix().to_owned(),
            Lit::Int(int) if ["f32", "f64"].contains(&int.suffix()) => int.suffix().to_owned(),
            Lit::Int(_) => {
                let message = format!(
                    "`{}` is an integer, and a graph computes with floating-point numbers\n\
                     help: write `{sign}{digits}`",
                    source(expression)
                );
                return self.refuse(expression, message);
            }
            _ => String::new(),
        };
        if !suffix.is_empty() {
            let message = format!(
                "a graph's scalar type is chosen where it is used, not by `{suffix}`\n\
                 help: write `{sign}{digits}`"
            );
            return self.refuse(expression, message);
        }
        if !digits.parse::<f64>().is_ok_and(f64::is_finite) {
            let message = format!(
                "`{}` is larger than the largest number of type `f64`\nhelp: write 1e308 at most",
                source(expression)
            );
            return self.refuse(expression, message);
        }
        let number = Operation::Literal(expression.to_token_stream());
        self.unnamed("constant", number, Vec::new(), 0, expression)
    }

    /// `base.powi(exponent)`
    pub(super) fn power(&mut self, base: &Expr, exponent: &Expr, expression: &Expr) -> usize {
        let operand = self.expression(base);
        let axes = self.nodes[operand].axes;
        if let Some(message) = self.refused_exponent(base, exponent) {
            self.report.error(exponent, message);
            let mut names = HashSet::new();
            mention(exponent.to_token_stream(), &mut names);
            names.iter().for_each(|name| _ = self.use_name(name));
            return self.mistaken(axes, expression);
        }
        let power = Operation::Power(exponent.to_token_stream());
        self.unnamed(Function::Powi.row().name, power, vec![operand], axes, expression)
    }

    /// Why an exponent of `powi` is none: it is an integer that is known when
    /// the graph is compiled.
    fn refused_exponent(&self, base: &Expr, exponent: &Expr) -> Option<String> {
        let (base, written) = (source(base), source(exponent));
        let (sign, magnitude) = match bare(exponent) {
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => ("-", bare(&unary.expr)),
            other => ("", other),
        };
        match magnitude {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(int) if int.suffix().is_empty() => {
                    // With its sign: there is one more below 0 than above.
                    let fits = format!("{sign}{}", int.base10_digits()).parse::<i32>().is_ok();
                    (!fits).then(|| {
                        format!(
                            "the exponent `{written}` does not fit `i32`\n\
                             help: write `{base}.powf({written}.0)`"
                        )
                    })
                }
                Lit::Int(int) => Some(format!(
                    "an exponent has no type of its own\nhelp: write `{}`",
                    written.replace(int.suffix(), "").trim_end_matches('_')
                )),
                _ => Some(format!(
                    "the exponent of `powi` is an integer, found `{written}`\n\
                     help: write `{base}.powf({written})`"
                )),
            },
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) if !is_capital(name) || self.names.contains_key(&plain(name)) => {
                    Some(format!(
                        "the exponent of `powi` is an integer that is known beforehand\n\
                         help: write `{base}.powf({written})`"
                    ))
                }
                _ => None,
            },
            _ => Some(format!(
                "the exponent of `powi` is an integer that is known beforehand\n\
                 help: write `{base}.powf({written})`"
            )),
        }
    }
}

/// An expression without the brackets around it, also those of `macro_rules!`.
fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(inside) => bare(&inside.expr),
        Expr::Paren(inside) => bare(&inside.expr),
        other => other,
    }
}
