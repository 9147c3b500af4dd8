//! The macros `network!` and `graph!` of [chainrule](https://docs.rs/chainrule), which
//! re-exports them. Not for use by itself.
//!
//! A declaration of a network goes through one stage after another, each a module:
//!
//! `parse` and `chain` (tokens to syntax tree) → `model` (names, from the one `table`) →
//! `shape` (inference and checks) → `plan` (steps, order, memory) → `expand`
//! (one function for each generated item). Mistakes are collected in a `report`
//! on the way. For graphs there is a shorter pipeline, in `graph`.

mod common;
mod derive_tensors;
mod graph;
mod network;
#[cfg(test)]
mod tests;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

/// Expands a declaration; the first token is the path of the runtime crate in
/// brackets, which the `network!` of that crate puts there.
#[proc_macro]
pub fn network(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let (runtime, tokens) = split_runtime(input);
    network::expand_network(&runtime, tokens).into()
}

/// Expands a graph; the first token is the path of the runtime crate, as above.
#[proc_macro]
pub fn graph(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let (runtime, tokens) = split_runtime(input);
    graph::expand_graph(&runtime, tokens).into()
}

/// Makes a struct the tensors of a layer: see the trait of the same name.
#[proc_macro_derive(Tensors, attributes(tensors))]
pub fn tensors(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let derived = syn::parse(input).and_then(|input| derive_tensors::derive(&input));
    derived.unwrap_or_else(|mistake| mistake.to_compile_error()).into()
}

/// The path of the runtime crate, and the declaration behind it.
fn split_runtime(input: proc_macro::TokenStream) -> (TokenStream, TokenStream) {
    let mut tokens = TokenStream::from(input).into_iter();
    let runtime = match tokens.next() {
        Some(TokenTree::Group(path)) => path.stream(),
        _ => quote!(::chainrule),
    };
    (runtime, tokens.collect())
}
