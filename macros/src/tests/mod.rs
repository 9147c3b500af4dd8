//! Tests of the front end as a library: it accepts any tokens, reports all errors at once, and
//! generates valid Rust.

mod corpus;
mod messages;
mod plans;
mod snapshots;
mod soup;
mod writing;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::network::expand_network;

/// Expands a declaration.
fn expand(declaration: TokenStream) -> TokenStream {
    expand_network(&quote!(::chainrule), declaration)
}

/// The messages in an expansion, without duplicates.
pub(crate) fn messages(expansion: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    collect_messages(expansion, &mut found);
    let mut messages: Vec<String> = Vec::new();
    for message in found {
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    messages
}

fn collect_messages(stream: TokenStream, found: &mut Vec<String>) {
    let mut in_error = false;
    for tree in stream {
        match tree {
            TokenTree::Ident(name) => in_error = name == "compile_error",
            TokenTree::Group(group) if in_error => {
                found.extend(syn::parse2::<syn::LitStr>(group.stream()).map(|text| text.value()));
                in_error = false;
            }
            TokenTree::Group(group) => collect_messages(group.stream(), found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Returns whether an expansion is valid Rust: items or an expression.
pub(crate) fn is_rust(expansion: &TokenStream) -> bool {
    syn::parse2::<syn::File>(expansion.clone()).is_ok()
        || syn::parse2::<syn::Expr>(expansion.clone()).is_ok()
}

/// A fragment as `macro_rules!` passes it.
pub(crate) fn fragment(tokens: TokenStream) -> Group {
    Group::new(Delimiter::None, tokens)
}
