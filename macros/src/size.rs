//! Sizes: how many features go into and come out of a layer.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::parse::{Call, source};
use crate::report::Report;

/// A number of features: a literal, whose value is known here, or a const
/// expression, whose value only the compiler knows.
#[derive(Clone)]
pub(crate) struct Size {
    expression: Expr,
    pub(crate) value: Option<u64>,
}

impl Size {
    /// Reads a size of `call`, and reports what cannot be one.
    pub(crate) fn read(expression: &Expr, call: &Call, report: &mut Report) -> Option<Size> {
        match plain(expression) {
            Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => {
                if !matches!(int.suffix(), "" | "usize") {
                    let message =
                        format!("a size is a `usize`\nhelp: write `{}`", int.base10_digits());
                    report.error(expression, message);
                    return None;
                }
                match int.base10_parse::<u64>() {
                    Ok(0) => {
                        let message =
                            format!("a size of `{}` is 0: a layer needs at least 1", call.source());
                        report.error(expression, message);
                        None
                    }
                    Ok(value) => Some(Size { expression: expression.clone(), value: Some(value) }),
                    Err(_) => {
                        report.error(expression, "this size is larger than any memory");
                        None
                    }
                }
            }
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => {
                report.error(expression, "a size cannot be negative");
                None
            }
            Expr::Lit(_) => {
                report.error(expression, "a size is a whole number, `784` say");
                None
            }
            Expr::Assign(assignment) => {
                let message = "sizes go by their place, inputs before outputs, and are not named";
                report.error(assignment, message);
                None
            }
            Expr::Infer(_) => {
                let message = "a size that is to be inferred is left out\n\
                               help: write `Affine(outputs)`, behind a layer or `Input(features)`";
                report.error(expression, message);
                None
            }
            Expr::Array(_)
            | Expr::Tuple(_)
            | Expr::Closure(_)
            | Expr::Range(_)
            | Expr::Struct(_) => {
                report
                    .error(expression, "a size is a number, or a const expression of type `usize`");
                None
            }
            _ => Some(Size { expression: expression.clone(), value: None }),
        }
    }

    /// Whether both are certainly the same: equal values, or the same words.
    pub(crate) fn is_same(&self, other: &Size) -> bool {
        match (self.value, other.value) {
            (Some(one), Some(other)) => one == other,
            _ => self.to_string() == other.to_string(),
        }
    }

    /// As a generic argument: `50`, or `{ 2 * HIDDEN }`.
    pub(crate) fn as_argument(&self) -> TokenStream {
        match &self.expression {
            expression @ Expr::Lit(_) => expression.to_token_stream(),
            expression => quote!({ #expression }),
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.expression.span()
    }
}

/// As an expression.
impl ToTokens for Size {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.expression {
            expression @ (Expr::Lit(_) | Expr::Path(_)) => expression.to_tokens(tokens),
            expression => tokens.extend(quote!((#expression))),
        }
    }
}

/// As it was written; literals without underscores and suffix.
impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.value {
            Some(value) => value.fmt(f),
            None => f.write_str(&source(&self.expression.to_token_stream())),
        }
    }
}

/// The expression without parentheses around it.
fn plain(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(paren) => plain(&paren.expr),
        Expr::Group(group) => plain(&group.expr),
        expression => expression,
    }
}
