//! `let name = value;`

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::Attribute;

use super::expression::parse_expression;
use crate::common::names::parse_name;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, is_mark, source};
use crate::graph::ast::{Body, Let};
use crate::graph::names::identifiers;

/// Parses `let name = value`.
pub(super) fn parse_let(
    documentation: Vec<Attribute>,
    tokens: &mut Tokens,
    body: &mut Body,
    report: &mut Report,
) {
    let keyword = tokens.next();
    if tokens.ident(0).is_some_and(|word| word == "mut") {
        let word = tokens.next();
        let message = "`mut` is not supported in `graph!`: values do not change\nhelp: remove it";
        report.error(word, message);
    }
    let is_pattern =
        tokens.group(0).is_some() || tokens.punct(0).is_some_and(|p| p.as_char() != '=');
    if is_pattern {
        skip_pattern(tokens, body, report);
        return;
    }
    let Some(name) = parse_name(tokens, "a value", report) else {
        report.error(keyword, "missing name after `let`\nhelp: write `let name = …;`");
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

/// Reports a pattern. Its names are still defined, so that their uses cause no further errors.
fn skip_pattern(tokens: &mut Tokens, body: &mut Body, report: &mut Report) {
    let pattern = take_to_equals(tokens);
    let names = identifiers(pattern.iter().cloned().collect());
    let usable = names.into_iter().filter(|name| syn::parse2::<Ident>(quote!(#name)).is_ok());
    body.lets.extend(usable.map(|name| Let { documentation: vec![], name, value: None }));
    let message = "patterns are not supported in `graph!`\nhelp: write `let name = …;`";
    report.error(ends(&pattern), message);
    tokens.next();
    parse_expression(tokens, report);
}

/// Parses `=` followed by a value; returns false if either was reported as missing.
fn parse_equals(tokens: &mut Tokens, name: &str, report: &mut Report) -> bool {
    let before = take_to_equals(tokens);
    let equals = tokens.next();
    let help = format!("help: write `let {name} = …;`");
    if equals.is_none() {
        let at = if before.is_empty() { None } else { Some(ends(&before)) };
        report.error(at, format!("missing `=` after `{name}`\n{help}"));
        return false;
    }
    if before.first().is_some_and(|tree| is_mark(tree, ':')) {
        let message = format!("type annotations are not supported in `graph!`\n{help}");
        report.error(ends(&before), message);
    } else if !before.is_empty() {
        let found = source(&before.iter().cloned().collect::<TokenStream>());
        report.error(ends(&before), format!("expected `=`, found `{found}`\n{help}"));
    }
    if tokens.is_empty() {
        let message =
            format!("missing value after `=`\nhelp: write one, for example `let {name} = x * y;`");
        report.error(equals, message);
        return false;
    }
    true
}

/// Takes the tokens before the next `=`.
fn take_to_equals(tokens: &mut Tokens) -> Vec<TokenTree> {
    let mut taken = Vec::new();
    while !tokens.is_empty() && !tokens.is_punct(0, '=') {
        taken.extend(tokens.next());
    }
    taken
}
