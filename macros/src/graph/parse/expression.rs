//! Parsing a Rust expression at the front of tokens.

use proc_macro2::TokenStream;
use syn::Expr;
use syn::parse::{Parse, ParseStream, Parser};

use crate::common::nesting::is_too_long;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, source};

/// Parses the longest expression. If tokens remain, reports a missing `;` and leaves them. `None`
/// if the expression was reported as invalid: then no tokens are left.
pub(super) fn parse_expression(tokens: &mut Tokens, report: &mut Report) -> Option<Expr> {
    let trees = tokens.rest().to_vec();
    let stream: TokenStream = trees.iter().cloned().collect();
    tokens.take(trees.len());
    if is_too_long(stream.clone()) {
        let message = "this expression is too long\n\
                       help: split it into several `let name = …;`";
        report.error(ends(&trees), message);
        return None;
    }
    let parser = |input: ParseStream<'_>| Ok((Expr::parse(input)?, input.parse::<TokenStream>()?));
    match parser.parse2(stream) {
        Ok((expression, rest)) => {
            *tokens = Tokens::with_brackets(rest);
            if let Some(next) = tokens.peek(0) {
                let found = source(next);
                let message = format!(
                    "expected `;` or an operator, found `{found}`\n\
                     help: write `;` or an operator before `{found}`"
                );
                report.error(next, message);
            }
            Some(expression)
        }
        Err(error) => {
            let message = format!(
                "invalid expression: {error}\nhelp: write an expression, for example `x * y`"
            );
            match trees.last() {
                // The end has no span of its own.
                Some(last) if error.to_string().starts_with("unexpected end") => {
                    report.error(last, message);
                }
                _ => report.push(syn::Error::new(error.span(), message)),
            }
            None
        }
    }
}
