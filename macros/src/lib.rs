//! The macros `network!`, `graph!` and `weights!` of [chainrule](https://docs.rs/chainrule), which
//! re-exports them. Not for use by itself.
//!
//! Each declaration of a network passes through these stages of the module `network`:
//!
//! `syntax` (tokens to syntax tree) → `resolve` (names, from the `registry`, to the `model`) →
//! `shape` (inference and checks) → `plan` (steps, order, memory) → `codegen` (one function per
//! generated item). Errors are collected in a `report`. Graphs have a shorter pipeline, in `graph`.

mod common;
mod derive_tensors;
mod graph;
mod network;
mod onnx;
#[cfg(test)]
mod tests;
mod weights;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

/// Expands a declaration. The first token is the path of the runtime crate in brackets, inserted by
/// the `network!` of that crate.
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

/// Expands to a network with the parameters of a file; the first token is the path of the runtime
/// crate, as above.
#[proc_macro]
pub fn weights(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let (runtime, tokens) = split_runtime(input);
    weights::expand_weights(&runtime, tokens).into()
}

/// Derives the trait of the same name for a struct of a layer's tensors.
#[proc_macro_derive(Tensors, attributes(tensors))]
pub fn tensors(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let derived = syn::parse(input).and_then(|input| derive_tensors::derive(&input));
    derived.unwrap_or_else(|mistake| mistake.to_compile_error()).into()
}

/// Splits the input into the path of the runtime crate and the declaration after it.
fn split_runtime(input: proc_macro::TokenStream) -> (TokenStream, TokenStream) {
    let mut tokens = TokenStream::from(input).into_iter();
    let runtime = match tokens.next() {
        Some(TokenTree::Group(path)) => path.stream(),
        _ => quote!(::chainrule),
    };
    (runtime, tokens.collect())
}
