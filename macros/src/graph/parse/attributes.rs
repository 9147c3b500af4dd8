//! Attributes of a graph, its inputs and its values.

use quote::ToTokens;
use syn::Attribute;

use crate::common::items::parse_attributes;
use crate::common::report::Report;
use crate::common::tokens::Tokens;

/// Parses the attributes at this position. Reports inner ones, `#![…]`.
pub(super) fn attributes(tokens: &mut Tokens, report: &mut Report) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    while tokens.is_punct(0, '#') {
        if tokens.is_punct(1, '!') {
            let message = "inner attributes are not supported in `graph!`\n\
                           help: write `#[…]`, without the `!`";
            report.error(tokens.take(3), message);
            continue;
        }
        let one = tokens.take(if tokens.group(1).is_some() { 2 } else { 1 });
        attributes.extend(parse_attributes(&mut Tokens::new(one), report));
    }
    attributes
}

/// Parses the documentation of `item`, an input or a value. Reports other attributes.
pub(super) fn documentation(
    tokens: &mut Tokens,
    item: &str,
    report: &mut Report,
) -> Vec<Attribute> {
    let mut attributes = attributes(tokens, report);
    attributes.retain(|attribute| {
        let is_documentation = attribute.path().is_ident("doc");
        if !is_documentation {
            let message = format!(
                "expected a doc comment on {item}, found another attribute\nhelp: remove it"
            );
            report.error(attribute.to_token_stream(), message);
        }
        is_documentation
    });
    attributes
}
