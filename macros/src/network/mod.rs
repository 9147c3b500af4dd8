//! The `network!` macro. A declaration goes through one stage after another:
//!
//! `syntax` (tokens to syntax tree) → `resolve` (names, from the one `registry`, to the
//! `model`) → `shape` (inference and checks) → `plan` (steps, order, memory) → `codegen`
//! (one function for each generated item). Errors are collected in a report on the way.

pub(crate) mod codegen;
mod model;
pub(crate) mod plan;
mod registry;
pub(crate) mod resolve;
pub(crate) mod shape;
pub(crate) mod size;
pub(crate) mod syntax;

use proc_macro2::TokenStream;
use quote::quote_spanned;

use self::model::Model;
use self::syntax::declaration;
use crate::common::generated;
use crate::common::report::Report;

/// Expands a declaration that finds the runtime crate at `runtime`.
pub(crate) fn expand_network(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let expansion = expand_declaration(runtime, tokens.clone());
    generated::named(expansion, tokens)
}

/// Expands it, but for the names of what is generated.
fn expand_declaration(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let networks: Vec<_> = declaration::parse(tokens, &mut report)
        .into_iter()
        .map(|declaration| {
            let model = resolve::resolve(declaration, &mut report);
            let shapes = shape::infer(runtime, &model, &mut report);
            (model, shapes)
        })
        .collect();
    if let Some(mistakes) = report.into_mistakes() {
        return codegen::recovery::recover(runtime, &networks, &mistakes);
    }
    let items = networks.iter().filter_map(|(model, shapes)| {
        let items = codegen::network::Network::new(runtime, model, shapes)?.items();
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
