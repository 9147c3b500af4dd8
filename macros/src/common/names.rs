use proc_macro2::{Ident, TokenTree};
use quote::ToTokens;

use super::report::Report;
use super::tokens::{Tokens, source};

/// Parses a name. `None` if there is none; the tokens if it was reported as invalid.
pub(crate) fn parse_name(
    tokens: &mut Tokens,
    of: &str,
    report: &mut Report,
) -> Option<Result<Ident, Ident>> {
    let name = tokens.ident(0).cloned();
    if name.is_none() && matches!(tokens.peek(0), Some(TokenTree::Literal(_))) {
        let literal = tokens.next();
        let found = source(&literal);
        let message = format!(
            "expected a name for {of}, found `{found}`\nhelp: begin the name with a letter"
        );
        report.error(&literal, message);
        let span = literal.map(|literal| literal.span())?;
        return Some(Err(Ident::new("_", span)));
    }
    let name = name?;
    tokens.next();
    if syn::parse2::<Ident>(name.to_token_stream()).is_ok() {
        return Some(Ok(name));
    }
    let message = if name == "_" {
        format!("expected a name for {of}, found `_`\nhelp: choose a name")
    } else {
        format!(
            "expected a name for {of}, found keyword `{name}`\n\
             help: choose another name, for example `{name}_`"
        )
    };
    report.error(&name, message);
    Some(Err(name))
}
