//! The `network!` macro of [chainrule](https://docs.rs/chainrule), which
//! re-exports it. Not for use by itself.
//!
//! A declaration goes through one stage after another, each a module:
//!
//! `parse` (tokens to syntax tree) → `model` (names, from the one `table`) →
//! `shape` (inference and checks) → `plan` (steps, order, memory) → `expand`
//! (one function for each generated item). Mistakes are collected in a `report`
//! on the way.

mod expand;
mod model;
mod parse;
mod plan;
mod report;
mod shape;
mod size;
mod table;
#[cfg(test)]
mod tests;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::report::Report;

/// Expands a declaration; the first token is the path of the runtime crate in
/// brackets, which the `network!` of that crate puts there.
#[proc_macro]
pub fn network(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let mut tokens = TokenStream::from(input).into_iter();
    let runtime = match tokens.next() {
        Some(TokenTree::Group(path)) => path.stream(),
        _ => quote!(::chainrule),
    };
    expand_network(&runtime, tokens.collect()).into()
}

/// Expands a declaration that finds the runtime crate at `runtime`.
fn expand_network(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let Some(declaration) = parse::parse(tokens, &mut report) else {
        return report.into_compile_errors().unwrap_or_default();
    };
    let model = model::resolve(declaration, &mut report);
    let shapes = shape::infer(&model, &mut report);
    let items = match report.into_compile_errors() {
        Some(errors) => {
            let items = expand::fallback(runtime, &model, &shapes);
            quote!(#errors #items)
        }
        None => expand::Network::new(runtime, &model, &shapes)
            .map_or_else(TokenStream::new, |network| network.items()),
    };
    if model.head.is_some() { items } else { anonymous(runtime, &model.name(), &items) }
}

/// The expression form: declares a network where it stands and makes one.
fn anonymous(runtime: &TokenStream, name: &proc_macro2::Ident, items: &TokenStream) -> TokenStream {
    quote! {{
        #items
        #runtime::__private::initialised::<#name<f32>>()
    }}
}
