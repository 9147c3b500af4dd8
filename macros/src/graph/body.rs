//! Tokens to syntax tree: what stands in the braces, `let` by `let`. A mistake
//! in one of them leaves the others as they are.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Expr};

use super::head::documentation;
use super::refusal;
use super::resolve::plain;
use crate::arguments::is_too_long;
use crate::parse::parse_name;
use crate::report::Report;
use crate::tokens::{Tokens, ends, is_mark, source};

/// What stands in the braces of a graph.
#[derive(Default)]
pub(super) struct Body {
    pub(super) lets: Vec<Let>,
    /// The result with its documentation; `None` if it was reported as missing or
    /// wrong.
    pub(super) result: Option<(Vec<Attribute>, Expr)>,
    /// The names in what was reported as wrong, which are not unused.
    pub(super) mentioned: HashSet<String>,
}

/// `let name = value;`
pub(super) struct Let {
    pub(super) documentation: Vec<Attribute>,
    pub(super) name: Ident,
    /// `None` if it was reported as wrong.
    pub(super) value: Option<Expr>,
}

/// Parses the inside of the braces.
pub(super) fn parse_body(group: &Group, report: &mut Report) -> Body {
    let mut body = Body::default();
    let trees: Vec<TokenTree> = group.stream().into_iter().collect();
    let parts: Vec<&[TokenTree]> = trees.split(|tree| is_mark(tree, ';')).collect();
    let (last, before) = parts.split_last().map_or((&[][..], &[][..]), |(l, b)| (*l, b));
    let errors_before = report.count();
    for (place, part) in before.iter().enumerate() {
        // A result with a `;` is a result nonetheless.
        let is_end = place + 1 == before.len() && last.is_empty();
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
    /// A `;`, and more.
    No,
    /// A `;`, and then the brace.
    Semicolon,
    /// The brace.
    Brace,
}

/// A `let`, or an expression.
fn parse_part(part: &[TokenTree], end: End, body: &mut Body, report: &mut Report) {
    let part = shown(part);
    let mut rest = Tokens::with_brackets(part);
    while !rest.is_empty() {
        let errors = report.count();
        let written: TokenStream = rest.rest().iter().cloned().collect();
        let documentation = documentation(&mut rest, "a value", report);
        if rest.ident(0).is_some_and(|word| word == "let") {
            parse_let(documentation, &mut rest, body, report);
        } else if let Some(message) = refusal::statement(&rest) {
            report.error(rest.peek(0), message);
            skip_block(&mut rest);
        } else if let Some(expression) = parse_expression(&mut rest, report) {
            let end = if rest.is_empty() { end } else { End::No };
            take_expression(documentation, expression, end, body, report);
        }
        if report.count() > errors {
            mention(written, &mut body.mentioned);
        }
    }
}

/// The result of the graph, or an expression that leads nowhere.
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
    } else if let Some(message) = refusal::assignment(&expression) {
        report.error(&expression, message);
    } else if end == End::Semicolon {
        let message = format!(
            "`{written}` is the result only without a `;` behind it\nhelp: take the `;` out"
        );
        report.error(&expression, message);
        body.result = Some((documentation, expression));
    } else {
        let message = format!(
            "the value of `{written}` goes nowhere\nhelp: name it, `let name = {written};`"
        );
        report.error(&expression, message);
    }
}

/// `let name = value`, and no more of `tokens`.
fn parse_let(
    documentation: Vec<Attribute>,
    tokens: &mut Tokens,
    body: &mut Body,
    report: &mut Report,
) {
    let keyword = tokens.next();
    if tokens.ident(0).is_some_and(|word| word == "mut") {
        let word = tokens.next();
        report.error(word, "nothing in a graph is changed\nhelp: take `mut` out");
    }
    let is_pattern =
        tokens.group(0).is_some() || tokens.punct(0).is_some_and(|p| p.as_char() != '=');
    if is_pattern {
        let pattern = take_to_equals(tokens);
        let mut names = Vec::new();
        collect_names(pattern.iter().cloned().collect(), &mut names);
        // The names in it are known nonetheless.
        let known = names.into_iter().filter(|name| syn::parse2::<Ident>(quote!(#name)).is_ok());
        body.lets.extend(known.map(|name| Let { documentation: vec![], name, value: None }));
        let message = "a `let` of a graph names one value\nhelp: write `let name = …;`";
        report.error(ends(&pattern), message);
        tokens.next();
        parse_expression(tokens, report);
        return;
    }
    let Some(name) = parse_name(tokens, "a value", report) else {
        report.error(keyword, "a name is missing after `let`\nhelp: write `let name = …;`");
        tokens.take(tokens.rest().len());
        return;
    };
    let written = name.as_ref().map_or_else(ToString::to_string, ToString::to_string);
    let value = if parse_equals(tokens, &written, report) {
        parse_expression(tokens, report)
    } else {
        None
    };
    if let Ok(name) = name {
        body.lets.push(Let { documentation, name, value });
    }
}

/// `=` with something behind it; false if that was missed.
fn parse_equals(tokens: &mut Tokens, name: &str, report: &mut Report) -> bool {
    let before = take_to_equals(tokens);
    let equals = tokens.next();
    let found = source(&before.iter().cloned().collect::<TokenStream>());
    if equals.is_none() {
        let place = if before.is_empty() { None } else { Some(ends(&before)) };
        let message = format!("`=` is missing after `{name}`\nhelp: write `let {name} = …;`");
        report.error(place, message);
        return false;
    }
    if before.first().is_some_and(|tree| is_mark(tree, ':')) {
        let message = format!(
            "the type of a value follows from its expression\nhelp: write `let {name} = …;`"
        );
        report.error(ends(&before), message);
    } else if !before.is_empty() {
        let message = format!("expected `=`, found `{found}`\nhelp: write `let {name} = …;`");
        report.error(ends(&before), message);
    }
    if tokens.is_empty() {
        let message = format!("nothing follows `=`\nhelp: write `let {name} = x * y;`, say");
        report.error(equals, message);
        return false;
    }
    true
}

/// Takes what stands before the next `=`.
fn take_to_equals(tokens: &mut Tokens) -> Vec<TokenTree> {
    let mut taken = Vec::new();
    while !tokens.is_empty() && !tokens.is_punct(0, '=') {
        taken.extend(tokens.next());
    }
    taken
}

/// An expression, as long as it goes; what stands behind it is missed a `;`.
/// `None` if it was reported as wrong: nothing is then left of `tokens`.
fn parse_expression(tokens: &mut Tokens, report: &mut Report) -> Option<Expr> {
    let trees = tokens.rest().to_vec();
    let stream: TokenStream = trees.iter().cloned().collect();
    tokens.take(trees.len());
    if is_too_long(stream.clone()) {
        let message = "this is too long for one expression\n\
                       help: name its parts, `let name = …;`";
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
                     help: write `;` before `{found}`, or an operator"
                );
                report.error(next, message);
            }
            Some(expression)
        }
        Err(error) => {
            let message = format!("this is no expression: {error}\nhelp: write `x * y`, say");
            match trees.last() {
                // The end has no place of its own.
                Some(last) if error.to_string().starts_with("unexpected end") => {
                    report.error(last, message);
                }
                _ => report.push(syn::Error::new(error.span(), message)),
            }
            None
        }
    }
}

/// Takes all up to the end of the next braces, and an `else` behind them.
fn skip_block(tokens: &mut Tokens) {
    let is_brace = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    while let Some(tree) = tokens.next() {
        if is_brace(&tree) && tokens.ident(0).is_none_or(|word| word != "else") {
            return;
        }
    }
}

fn report_no_result(group: &Group, body: &Body, report: &mut Report) {
    if let Some(last) = body.lets.last() {
        let message = format!(
            "the graph has no result: it ends with an expression without `let`\n\
             help: write `{}` at the end, or leave out its `let`",
            last.name
        );
        report.error(&last.name, message);
    } else {
        let message = "the expression is missing\nhelp: write `{ x * y }`, say";
        report.error(group, message);
    }
}

/// Takes the invisible brackets off that a `macro_rules!` puts around a whole
/// statement.
fn shown(part: &[TokenTree]) -> TokenStream {
    match part {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => group.stream(),
        part => part.iter().cloned().collect(),
    }
}

/// Collects all names.
pub(super) fn mention(stream: TokenStream, names: &mut HashSet<String>) {
    let mut found = Vec::new();
    collect_names(stream, &mut found);
    names.extend(found.iter().map(plain));
}

fn collect_names(stream: TokenStream, names: &mut Vec<Ident>) {
    let mut open = vec![stream];
    while let Some(stream) = open.pop() {
        for tree in stream {
            match tree {
                TokenTree::Ident(name) => names.push(name),
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}
