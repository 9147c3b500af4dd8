//! The macros `network!` and `graph!` of [chainrule](https://docs.rs/chainrule), which
//! re-exports them. Not for use by itself.
//!
//! A declaration of a network goes through one stage after another, each a module:
//!
//! `parse` and `chain` (tokens to syntax tree) → `model` (names, from the one `table`) →
//! `shape` (inference and checks) → `plan` (steps, order, memory) → `expand`
//! (one function for each generated item). Mistakes are collected in a `report`
//! on the way. For graphs there is a shorter pipeline, in `graph`.

mod arguments;
mod attribute;
mod block;
mod chain;
mod expand;
mod flow;
mod generated;
mod graph;
mod loss;
mod model;

mod parse;
mod plan;
mod repeat;
mod report;
mod settings;
mod shape;
mod size;
mod table;
mod tensors;
#[cfg(test)]
mod tests;
mod tokens;
mod wiring;

use proc_macro2::{TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use crate::model::Model;
use crate::report::Report;

/// Expands a declaration; the first token is the path of the runtime crate in
/// brackets, which the `network!` of that crate puts there.
#[proc_macro]
pub fn network(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let (runtime, tokens) = split_runtime(input);
    expand_network(&runtime, tokens).into()
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
    let derived = syn::parse(input).and_then(|input| tensors::derive(&input));
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

/// Expands a declaration that finds the runtime crate at `runtime`.
fn expand_network(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let expansion = expand_declaration(runtime, tokens.clone());
    generated::named(expansion, tokens)
}

/// Expands it, but for the names of what is generated.
fn expand_declaration(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let networks: Vec<_> = parse::parse(tokens, &mut report)
        .into_iter()
        .map(|declaration| {
            let model = model::resolve(declaration, &mut report);
            let shapes = shape::infer(runtime, &model, &mut report);
            (model, shapes)
        })
        .collect();
    if let Some(mistakes) = report.into_mistakes() {
        return expand::fallback(runtime, &networks, &mistakes);
    }
    let items = networks.iter().filter_map(|(model, shapes)| {
        let items = expand::Network::new(runtime, model, shapes)?.items();
        Some(if model.head.is_some() { items } else { anonymous(runtime, model, &items) })
    });
    items.collect()
}

/// The expression form: declares a network where it stands and makes one.
fn anonymous(runtime: &TokenStream, model: &Model, items: &TokenStream) -> TokenStream {
    let name = model.name();
    // Where an item is expected, the compiler points to the brace.
    let place = model.place;
    quote_spanned! {place=> {
        #items
        #runtime::__private::initialised::<#name<f32>>()
    }}
}
