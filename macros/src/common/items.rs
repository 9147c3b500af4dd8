//! Attributes and visibility before an item.

use proc_macro2::{Delimiter, TokenStream};
use quote::quote;
use syn::parse::Parser;
use syn::{Attribute, Visibility};

use super::report::Report;
use super::tokens::{Tokens, source};

pub(crate) fn parse_attributes(tokens: &mut Tokens, report: &mut Report) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    while tokens.is_punct(0, '#') {
        if tokens.is_punct(1, '!') {
            let inner = tokens.take(3);
            let message = "inner attributes are not supported in `network!`\n\
                           help: write `#[…]`, without the `!`";
            report.error(inner, message);
            continue;
        }
        let Some(group) = tokens.group(1).cloned() else {
            report.error(
                tokens.next(),
                "expected `[` after `#`\nhelp: write `#[…]`, or remove the `#`",
            );
            continue;
        };
        // `macro_rules!` passes fragments in invisible brackets.
        let inside = ungrouped(group.stream());
        let mark = tokens.take(2).into_iter().next();
        let mut whole = proc_macro2::Group::new(group.delimiter(), inside);
        whole.set_span(group.span());
        match Attribute::parse_outer.parse2(quote!(#mark #whole)) {
            Ok(parsed) => attributes.extend(parsed),
            Err(error) => {
                let message = format!(
                    "invalid attribute: {error}\n\
                     help: write `#[name]`, `#[name = value]` or `#[name(…)]`"
                );
                report.push(syn::Error::new(error.span(), message));
            }
        }
    }
    attributes
}

/// Removes invisible brackets around the tokens.
fn ungrouped(stream: TokenStream) -> TokenStream {
    Tokens::new(stream).rest().iter().cloned().collect()
}

/// Parses `pub`, `pub(crate)`, or nothing.
pub(crate) fn parse_visibility(tokens: &mut Tokens, report: &mut Report) -> Visibility {
    if tokens.ident(0).is_none_or(|ident| ident != "pub") {
        return Visibility::Inherited;
    }
    let restricted =
        tokens.group(1).is_some_and(|group| group.delimiter() == Delimiter::Parenthesis);
    let visibility = tokens.take(if restricted { 2 } else { 1 });
    syn::parse2(visibility.clone()).unwrap_or_else(|_| {
        let message = format!(
            "expected a visibility, found `{}`\n\
             help: write `pub`, `pub(crate)`, `pub(super)` or `pub(in path)`",
            source(&visibility)
        );
        report.error(visibility, message);
        Visibility::Inherited
    })
}
