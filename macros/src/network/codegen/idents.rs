use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};

/// Counts how often each name occurs among the tokens.
pub(super) fn names(tokens: &TokenStream) -> HashMap<String, usize> {
    let (mut open, mut names) = (vec![tokens.clone()], HashMap::new());
    while let Some(stream) = open.pop() {
        for tree in stream {
            match tree {
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Ident(ident) => *names.entry(ident.to_string()).or_insert(0) += 1,
                _ => {}
            }
        }
    }
    names
}
