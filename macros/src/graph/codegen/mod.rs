//! Nodes to tokens: the structs of values and derivatives, and their methods.
//!
//! Local variables have mixed-site spans, so that they cannot clash with the user's names. Every
//! other path begins at the runtime crate or at `::core`.

mod backward;
mod calculus;
mod drawing;
mod flow;
mod forward;
mod graph;
mod recovery;
mod structs;

use proc_macro2::TokenStream;
use quote::quote;

use super::attributes::conditions;
use super::model::Model;
use graph::Graph;

pub(super) use recovery::recover;

/// All items of a declaration without errors.
pub(super) fn generate(runtime: &TokenStream, model: &Model) -> TokenStream {
    let Some(graph) = Graph::new(runtime, model) else { return TokenStream::new() };
    let conditions = conditions(&model.attributes);
    let conditions = quote!(#(#conditions)*);
    let items = [structs::values(&graph), structs::derivatives(&graph), methods(&graph)];
    quote!(#(#conditions #items)*)
}

fn methods(graph: &Graph<'_>) -> TokenStream {
    let Graph { runtime, name, .. } = graph;
    let forward = forward::forward(graph);
    let backward = backward::backward(graph);
    let drawing = drawing::drawing(graph);
    quote! {
        #[allow(dead_code, clippy::too_many_arguments, clippy::many_single_char_names)]
        impl<__T: #runtime::Scalar> #name<__T> {
            #forward
            #backward
            #drawing
        }
    }
}
