//! `backward`: a line for each node, in reverse order.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::flow::{derivative, flow};
use super::graph::{Graph, value_type};

/// The method `backward`.
pub(super) fn backward(graph: &Graph<'_>) -> TokenStream {
    let Graph { runtime, model, grads, library, .. } = graph;
    let visibility = &model.visibility;
    let axes = graph.node(graph.output).axes;
    let (dout, dout_type) = (Ident::new("dout", Span::mixed_site()), value_type(runtime, axes));
    let check = (axes > 0).then(|| quote!(#library::same_shape("dout", &self.output, &#dout)?;));
    let lines = graph.variables().rev().map(|(index, node)| {
        let name = derivative(node);
        let value = if index == graph.output { quote!(#dout) } else { accumulated(graph, index) };
        quote!(let #name = #value;)
    });
    let fields = graph.variables().map(|(_, node)| {
        let (field, value) = (&node.name, derivative(node));
        quote!(#field: #value)
    });
    let values = quote!(#grads { #(#fields),* });
    let panics = graph.has_arrays().then(|| {
        quote! {
            ///
            /// # Panics
            ///
            /// If an array among the values was replaced by one of another shape.
        }
    });
    let (output, values, errors) = if axes > 0 {
        let errors = quote! {
            ///
            /// # Errors
            ///
            /// `Error::Shapes` if `dout` does not have the output's shape.
        };
        let result = quote!(::core::result::Result<#grads<__T>, #runtime::Error>);
        (result, quote!(::core::result::Result::Ok(#values)), errors)
    } else {
        (quote!(#grads<__T>), values, TokenStream::new())
    };
    let must_use = (axes == 0).then(|| quote!(#[must_use]));
    quote! {
        /// Computes the derivatives of the output with respect to all values, multiplied by `dout`.
        /// Pass 1 for the output itself, or the upstream gradient if the output is an operand of a
        /// further computation.
        #errors
        #panics
        #must_use
        #visibility fn backward(&self, #dout: #dout_type) -> #output {
            #check
            #(#lines)*
            #values
        }
    }
}

/// The derivative of a node: the sum over all uses of its value, the last use first.
fn accumulated(graph: &Graph<'_>, index: usize) -> TokenStream {
    let mut terms = Vec::new();
    for user in graph.model.nodes.iter().rev() {
        for (operand, &used) in user.operands.iter().enumerate() {
            if used == index {
                terms.push(flow(graph, user, operand));
            }
        }
    }
    quote!(#(#terms)+*)
}
