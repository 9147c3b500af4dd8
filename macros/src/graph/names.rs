//! Identifiers: as text, and collected from tokens.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;

/// A name without `r#`.
pub(super) fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}

/// Returns whether a name is in capitals, as constants are.
pub(super) fn is_capital(name: &Ident) -> bool {
    let name = plain(name);
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

/// The names of all identifiers, without duplicates.
pub(super) fn names(tokens: impl ToTokens) -> HashSet<String> {
    identifiers(tokens.to_token_stream()).iter().map(plain).collect()
}

/// All identifiers, including those inside brackets.
pub(super) fn identifiers(stream: TokenStream) -> Vec<Ident> {
    let mut found = Vec::new();
    let mut open = vec![stream];
    while let Some(stream) = open.pop() {
        for tree in stream {
            match tree {
                TokenTree::Ident(name) => found.push(name),
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    found
}
