//! The `graph!` macro: expands a function, given as an expression, to a forward pass that stores
//! its values and a backward pass.
//!
//! `parse` (tokens to `ast`) → `resolve` (names to the nodes of a `model`) → `codegen`. `function`
//! is the table of functions; `unsupported` has the messages for Rust that a graph does not
//! support. Errors are collected in the same report as those of `network!`.

mod ast;
mod attributes;
mod codegen;
mod function;
mod model;
mod names;
mod parse;
mod resolve;
#[cfg(test)]
mod tests;
mod unsupported;

use proc_macro2::TokenStream;
use quote::quote;

use crate::common::generated;
use crate::common::report::{Mistakes, Report};

/// Expands a declaration; `runtime` is the path of the runtime crate.
pub(crate) fn expand_graph(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let expansion = expand_declaration(runtime, tokens.clone());
    generated::named(expansion, tokens)
}

/// Expands a declaration, except that generated names are still placeholders.
fn expand_declaration(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let model = parse::parse(tokens, &mut report)
        .map(|declaration| resolve::resolve(declaration, &mut report));
    match (model, report.into_mistakes()) {
        (Some(model), Some(errors)) => codegen::recover(runtime, &model, &errors),
        (Some(model), None) => codegen::generate(runtime, &model),
        (None, Some(Mistakes { first, rest })) => quote!(#first #(#rest)*),
        (None, None) => TokenStream::new(),
    }
}
