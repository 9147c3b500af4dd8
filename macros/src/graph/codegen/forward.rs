//! `forward`: a line for each node, in the order of evaluation.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::calculus;
use super::graph::{Graph, local, value_type};
use crate::graph::function::Function;
use crate::graph::model::{Node, Operation};
use crate::graph::names::plain;

/// The method `forward`.
pub(super) fn forward(graph: &Graph<'_>) -> TokenStream {
    let Graph { runtime, model, .. } = graph;
    let visibility = &model.visibility;
    let inputs = model.inputs.iter().map(|&input| {
        let node = graph.node(input);
        let (name, ty) = (local(&node.name), value_type(runtime, node.axes));
        quote!(#name: #ty)
    });
    let lines = graph.fields().filter(|(_, node)| !matches!(node.operation, Operation::Input));
    let lines = lines.map(|(_, node)| {
        let (name, value) = (local(&node.name), line(graph, node));
        quote!(let #name = #value;)
    });
    let values = values(graph);
    let (output, values, errors) = if graph.has_arrays() {
        let errors = quote! {
            ///
            /// # Errors
            ///
            /// `Error::Shapes`, `Error::Row` or `Error::Dot` with the name of the node if the
            /// shapes of arrays do not match.
        };
        let result = quote!(::core::result::Result<Self, #runtime::Error>);
        (result, quote!(::core::result::Result::Ok(#values)), errors)
    } else {
        (quote!(Self), values, TokenStream::new())
    };
    let must_use = (!graph.has_arrays()).then(|| quote!(#[must_use]));
    quote! {
        /// Computes the output, and stores all intermediate values.
        #errors
        #must_use
        #visibility fn forward(#(#inputs),*) -> #output {
            #(#lines)*
            #values
        }
    }
}

/// The struct of the values, built from local variables.
fn values(graph: &Graph<'_>) -> TokenStream {
    let library = &graph.library;
    let result = graph.has_named_result().then(|| {
        let node = graph.node(graph.output);
        let name = local(&node.name);
        if node.axes > 0 { quote!(output: #library::copy(&#name),) } else { quote!(output: #name,) }
    });
    let fields = graph.fields().map(|(_, node)| local(&node.name));
    quote!(Self { #result #(#fields),* })
}

/// The right-hand side of a node's line.
fn line(graph: &Graph<'_>, node: &Node) -> TokenStream {
    let Some((function, exponent)) = node.function() else {
        return graph.constant(node);
    };
    let library = &graph.library;
    let operands: Vec<TokenStream> =
        node.operands.iter().map(|&operand| graph.operand(operand)).collect();
    let nothing = TokenStream::new();
    let a = operands.first().unwrap_or(&nothing);
    let b = exponent.or(operands.get(1)).unwrap_or(&nothing);
    let title = format!("{} = {}", plain(&node.name), node.source);
    match function {
        Function::Dot => {
            let are_vectors = node.operands.iter().all(|&operand| graph.node(operand).axes == 1);
            let dot = if are_vectors { quote!(inner) } else { quote!(dot) };
            return quote!(#library::#dot(#title, &#a, &#b)?);
        }
        Function::Sum => return quote!(#library::sum(&#a)),
        _ => {}
    }
    let value = calculus::value(library, function, a, b);
    let mut arrays: Vec<usize> = node.operands.clone();
    arrays.retain(|&operand| graph.node(operand).axes > 0);
    arrays.dedup();
    // The operand with more axes comes first: the result has its shape.
    arrays.sort_by_key(|&operand| std::cmp::Reverse(graph.node(operand).axes));
    let names: Vec<Ident> =
        arrays.iter().map(|&operand| local(&graph.node(operand).name)).collect();
    match &names[..] {
        [] => value,
        [array] => quote!(#library::map(&#array, |#array| #value)),
        _ => quote!(#library::elementwise(#title, #(&#names),*, |#(#names),*| #value)?),
    }
}
