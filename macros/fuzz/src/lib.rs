//! Properties that hold for the expansion of any tokens.

pub mod words;

use std::str::{self, FromStr};

use proc_macro2::{TokenStream, TokenTree};

/// Expands `declaration`. Panics if the expansion is not valid Rust, is not deterministic, or
/// contains an error message without help.
pub fn check(expand: impl Fn(TokenStream) -> TokenStream, declaration: &TokenStream) {
    let expansion = expand(declaration.clone());
    assert!(!expansion.is_empty(), "nothing comes of `{declaration}`");
    assert!(is_rust(&expansion), "no Rust comes of `{declaration}`:\n{expansion}");
    let again = expand(declaration.clone());
    assert_eq!(expansion.to_string(), again.to_string(), "`{declaration}`");
    check_messages(expansion);
}

/// Parses `bytes` as text; `None` if brackets do not match.
pub fn typed(bytes: &[u8]) -> Option<TokenStream> {
    TokenStream::from_str(str::from_utf8(bytes).ok()?).ok()
}

/// Returns whether an expansion is valid Rust: items or an expression.
fn is_rust(expansion: &TokenStream) -> bool {
    syn::parse2::<syn::File>(expansion.clone()).is_ok()
        || syn::parse2::<syn::Expr>(expansion.clone()).is_ok()
}

/// Panics at a `compile_error!` without help.
fn check_messages(expansion: TokenStream) {
    let mut in_error = false;
    for tree in expansion {
        match tree {
            TokenTree::Ident(name) => in_error = name == "compile_error",
            TokenTree::Group(group) if in_error => {
                in_error = false;
                let message = group.stream().to_string();
                assert!(message.contains("\\nhelp: "), "no repair: {message}");
            }
            TokenTree::Group(group) => check_messages(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
