//! Tokens to syntax tree. Parsing continues after an error wherever possible.

mod attributes;
mod body;
mod definition;
mod expression;
mod head;
mod inputs;

use proc_macro2::{Ident, TokenStream};

use super::ast::Declaration;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, source};

/// Parses a declaration. `None` if there is none, which is then reported.
pub(super) fn parse(tokens: TokenStream, report: &mut Report) -> Option<Declaration> {
    let mut tokens = Tokens::new(tokens);
    let head = head::parse(&mut tokens, report)?;
    let title = head.name.as_ref().map_or("Name".to_owned(), Ident::to_string);
    let inputs = inputs::parse(&mut tokens, &title, report);
    let body = body::parse(&mut tokens, &title, inputs.is_some(), report);
    reject_rest(&tokens, report);
    let head::Head { attributes, visibility, keyword, name } = head;
    Some(Declaration { attributes, visibility, keyword, name, inputs, body })
}

/// Reports tokens after the braces.
fn reject_rest(tokens: &Tokens, report: &mut Report) {
    let Some(first) = tokens.peek(0) else { return };
    let message = if tokens.is_punct(0, ';') && tokens.rest().len() == 1 {
        "unexpected `;` after the graph\nhelp: remove it".to_owned()
    } else {
        format!(
            "expected the end of the graph, found `{}`\n\
             help: declare each graph in its own `graph!`",
            source(first)
        )
    };
    report.error(ends(tokens.rest()), message);
}
