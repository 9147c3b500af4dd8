//! The braces: `let`s, and the result at the end. An error in one statement does not affect the
//! others.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Attribute, Expr};

use super::attributes::documentation;
use super::definition::parse_let;
use super::expression::parse_expression;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, is_mark, source};
use crate::graph::ast::Body;
use crate::graph::names::names;
use crate::graph::unsupported;

/// Parses the braces. If they are missing, reports that only if there are inputs.
pub(super) fn parse(tokens: &mut Tokens, name: &str, inputs: bool, report: &mut Report) -> Body {
    let end = tokens.rest().iter().position(is_brace);
    let before: Vec<TokenTree> =
        tokens.take(end.unwrap_or(tokens.rest().len())).into_iter().collect();
    let help = format!("help: write `struct {name}(…) {{ x * y }}`");
    if !before.is_empty() {
        let found = source(&before.iter().cloned().collect::<TokenStream>());
        let message = format!("expected the expression in braces, found `{found}`\n{help}");
        report.error(ends(&before), message);
    } else if end.is_none() && inputs {
        report.error(tokens.last(), format!("missing expression\n{help}"));
    }
    match tokens.next() {
        Some(TokenTree::Group(group)) => statements(&group, report),
        _ => Body::default(),
    }
}

fn is_brace(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Parses the contents of the braces, statement by statement.
fn statements(group: &Group, report: &mut Report) -> Body {
    let mut body = Body::default();
    let trees: Vec<TokenTree> = group.stream().into_iter().collect();
    let parts: Vec<&[TokenTree]> = trees.split(|tree| is_mark(tree, ';')).collect();
    let (last, before) = parts.split_last().map_or((&[][..], &[][..]), |(l, b)| (*l, b));
    let errors_before = report.count();
    for (index, part) in before.iter().enumerate() {
        // A result with a `;` still counts as a result.
        let is_end = index + 1 == before.len() && last.is_empty();
        parse_part(part, if is_end { End::Semicolon } else { End::No }, &mut body, report);
    }
    parse_part(last, End::Brace, &mut body, report);
    if body.result.is_none() && report.count() == errors_before {
        report_no_result(group, &body, report);
    }
    body
}

/// What follows a part of the body.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// A `;`, then further parts.
    No,
    /// A `;`, then the closing brace.
    Semicolon,
    /// The closing brace.
    Brace,
}

/// A `let`, or an expression.
fn parse_part(part: &[TokenTree], end: End, body: &mut Body, report: &mut Report) {
    let mut rest = Tokens::with_brackets(ungrouped(part));
    while !rest.is_empty() {
        let errors = report.count();
        let written: TokenStream = rest.rest().iter().cloned().collect();
        let documentation = documentation(&mut rest, "a value", report);
        if rest.ident(0).is_some_and(|word| word == "let") {
            parse_let(documentation, &mut rest, body, report);
        } else if let Some(message) = unsupported::statement(&rest) {
            report.error(rest.peek(0), message);
            skip_block(&mut rest);
        } else if let Some(expression) = parse_expression(&mut rest, report) {
            let end = if rest.is_empty() { end } else { End::No };
            take_expression(documentation, expression, end, body, report);
        }
        if report.count() > errors {
            body.mentioned.extend(names(written));
        }
    }
}

/// Removes the invisible brackets that `macro_rules!` puts around a whole statement.
fn ungrouped(part: &[TokenTree]) -> TokenStream {
    match part {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => group.stream(),
        part => part.iter().cloned().collect(),
    }
}

/// The result of the graph, or an expression whose value is unused.
fn take_expression(
    documentation: Vec<Attribute>,
    expression: Expr,
    end: End,
    body: &mut Body,
    report: &mut Report,
) {
    let written = source(&expression);
    if end == End::Brace {
        body.result = Some((documentation, expression));
    } else if let Some(message) = unsupported::assignment(&expression) {
        report.error(&expression, message);
    } else if end == End::Semicolon {
        let message = format!("unexpected `;` after the result `{written}`\nhelp: remove the `;`");
        report.error(&expression, message);
        body.result = Some((documentation, expression));
    } else {
        let message =
            format!("unused value `{written}`\nhelp: give it a name: `let name = {written};`");
        report.error(&expression, message);
    }
}

/// Skips to the end of the next braces, including an `else` after them.
fn skip_block(tokens: &mut Tokens) {
    while let Some(tree) = tokens.next() {
        if is_brace(&tree) && tokens.ident(0).is_none_or(|word| word != "else") {
            return;
        }
    }
}

fn report_no_result(group: &Group, body: &Body, report: &mut Report) {
    if let Some(last) = body.lets.last() {
        let message = format!(
            "missing result: a graph ends with an expression without `let`\n\
             help: add `{0}` at the end, or remove `let {0} =`",
            last.name
        );
        report.error(&last.name, message);
    } else {
        report.error(group, "missing expression\nhelp: write one, for example `{ x * y }`");
    }
}
