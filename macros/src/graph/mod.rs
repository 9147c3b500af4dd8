//! The `graph!` macro: a function declared by its expression, which becomes a
//! pass forward that keeps its values and a pass backward.
//!
//! `head` and `body` (tokens to syntax tree) → `resolve` and `number` (names to
//! nodes, with the `function`s that there are; `refusal` tells what is none) →
//! `expand`, with the `passes`, whose formulas are in `calculus`, and the
//! `drawing`. Mistakes are collected in the same report as those of `network!`.

mod body;
mod calculus;
mod drawing;
mod expand;
mod fallback;
mod function;
mod head;
mod number;
mod passes;
mod refusal;
mod resolve;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;

use crate::generated;
use crate::report::{Mistakes, Report};

/// Expands a declaration that finds the runtime crate at `runtime`.
pub(crate) fn expand_graph(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let expansion = expand_declaration(runtime, tokens.clone());
    generated::named(expansion, tokens)
}

/// Expands it, but for the names of what is generated.
fn expand_declaration(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let model = head::parse(tokens, &mut report)
        .map(|declaration| resolve::resolve(declaration, &mut report));
    match (model, report.into_mistakes()) {
        (Some(model), Some(mistakes)) => fallback::fallback(runtime, &model, &mistakes),
        (Some(model), None) => expand::expand(runtime, &model),
        (None, Some(Mistakes { first, rest })) => quote!(#first #(#rest)*),
        (None, None) => TokenStream::new(),
    }
}
