//! The const parameters of a layer, `<const C: usize, const S: usize>`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;

use crate::common::names::parse_name;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, source, split_at_commas};
use crate::network::parameters::Parameters;

/// Parses the tokens from `<` to `>`.
pub(super) fn parse_parameters(angles: &[TokenTree], report: &mut Report) -> Parameters {
    let inside = angles.get(1..angles.len().saturating_sub(1)).unwrap_or_default();
    let inside = Tokens::new(inside.iter().cloned().collect());
    let mut parameters = Parameters::default();
    if inside.is_empty() {
        let message = "missing parameters between `<` and `>`\n\
                       help: write them, for example `<const N: usize>`, or remove `<>`";
        report.error(ends(angles), message);
    }
    for part in split_at_commas(&inside) {
        let Some(name) = parse_parameter(part, &ends(angles), report) else { continue };
        if parameters.place(&name).is_some() {
            let message = format!(
                "duplicate parameter `{name}`\nhelp: choose another name, for example `{name}_`"
            );
            report.error(name, message);
            continue;
        }
        parameters.0.push(name);
    }
    parameters
}

/// Parses `const C: usize`.
fn parse_parameter(part: &[TokenTree], place: &TokenStream, report: &mut Report) -> Option<Ident> {
    let mut tokens = Tokens::new(part.iter().cloned().collect());
    let written = source(&part.iter().cloned().collect::<TokenStream>());
    let is_const = tokens.ident(0).is_some_and(|word| word == "const");
    if is_const {
        tokens.next();
    }
    let name = tokens.ident(0).cloned();
    let Some(shown) = name.filter(|name| is_const || name.unraw() == *name) else {
        let message = format!(
            "expected a parameter, found `{written}`\nhelp: write `const N: usize`, for example"
        );
        report.error(if part.is_empty() { place.clone() } else { ends(part) }, message);
        return None;
    };
    if !is_const {
        let message = format!(
            "the parameters of a layer are sizes, found `{written}`\n\
             help: write `const {shown}: usize`"
        );
        report.error(ends(part), message);
        return Some(shown);
    }
    let name = parse_name(&mut tokens, "a parameter", report)?.ok()?;
    let (colon, ty) = (tokens.is_punct(0, ':'), tokens.ident(1).is_some_and(|ty| ty == "usize"));
    if !colon || !ty {
        let message = format!(
            "the parameters of a layer are of type `usize`, found `{written}`\n\
             help: write `const {name}: usize`"
        );
        report.error(ends(part), message);
        return Some(name);
    }
    tokens.take(2);
    if !tokens.is_empty() {
        let rest = tokens.rest().to_vec();
        let found = source(&rest.iter().cloned().collect::<TokenStream>());
        let message = format!(
            "unexpected `{found}` after parameter `{name}`\nhelp: write `const {name}: usize`"
        );
        report.error(ends(&rest), message);
    }
    Some(name)
}

/// Reports parameters that do not occur in the tokens of the layer.
pub(super) fn check_used(parameters: &Parameters, body: &[TokenTree], report: &mut Report) {
    let body: TokenStream = body.iter().cloned().collect();
    for parameter in &parameters.0 {
        if !Parameters(vec![parameter.clone()]).are_in(body.clone()) {
            let message =
                format!("unused parameter `{parameter}`\nhelp: use it in a size, or remove it");
            report.error(parameter.to_token_stream(), message);
        }
    }
}
