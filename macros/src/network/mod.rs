//! The `network!` macro. A declaration passes through these stages:
//!
//! `syntax` (tokens to syntax tree) → `resolve` (names, from the `registry`, to the `model`) →
//! `shape` (inference and checks) → `plan` (steps, order, memory) → `codegen` (one function per
//! generated item). Errors are collected in a report.

mod absent;
mod channels;
pub(crate) mod checks;
pub(crate) mod codegen;
mod known;
mod model;
pub(crate) mod parameters;
pub(crate) mod plan;
mod registry;
pub(crate) mod resolve;
mod sequence;
pub(crate) mod shape;
pub(crate) mod size;
pub(crate) mod syntax;
mod window;

use proc_macro2::TokenStream;
use quote::quote_spanned;

use self::model::Model;
use self::syntax::declaration;
use crate::common::generated;
use crate::common::report::Report;
use crate::onnx;

/// Expands a declaration; `runtime` is the path of the runtime crate.
pub(crate) fn expand_network(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let expansion = expand_declaration(runtime, tokens.clone());
    generated::named(expansion, tokens)
}

/// Expands a declaration, except that generated names are still placeholders.
fn expand_declaration(runtime: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let (tokens, parameters) = onnx::read_file(runtime, tokens, &mut report);
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
    items.chain([parameters]).collect()
}

/// The expression form: declares a network in place and creates one.
fn anonymous(runtime: &TokenStream, model: &Model, items: &TokenStream) -> TokenStream {
    let name = model.name();
    // Where an item is expected, the compiler underlines the brace.
    let place = model.place;
    quote_spanned! {place=> {
        #items
        #runtime::__private::initialised::<#name<f32>>()
    }}
}
