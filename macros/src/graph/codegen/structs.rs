//! The structs of the values and of the derivatives.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Attribute;

use super::graph::{Graph, value_type};
use crate::graph::attributes::derived_traits;
use crate::graph::model::{Model, Node, OUTPUT, Operation};
use crate::graph::names::plain;

/// The struct of the values.
pub(super) fn values(graph: &Graph<'_>) -> TokenStream {
    let Graph { runtime, model, name, .. } = graph;
    let Model { visibility, attributes, .. } = model;
    let keyword = model.keyword.unwrap_or_default();
    let derives = derives(attributes);
    let documentation = documentation(graph);
    let fields = graph.fields().map(|(_, node)| {
        let (field, ty) = (&node.name, value_type(runtime, node.axes));
        let documentation = field_documentation(node);
        quote!(#documentation #visibility #field: #ty)
    });
    let result = graph.has_named_result().then(|| {
        let node = graph.node(graph.output);
        let ty = value_type(runtime, node.axes);
        let documentation = format!("The result, `{}`.", node.name);
        quote!(#[doc = #documentation] #visibility output: #ty)
    });
    let fields = fields.chain(result);
    quote! {
        #(#attributes)*
        #(#[doc = #documentation])*
        #derives
        #[allow(dead_code)]
        #visibility #keyword #name<__T = ::core::primitive::f64> {
            #(#fields,)*
        }
    }
}

/// The struct of the derivatives.
pub(super) fn derivatives(graph: &Graph<'_>) -> TokenStream {
    let Graph { runtime, model, name, grads, .. } = graph;
    let visibility = &model.visibility;
    let derives = derives(&[]);
    let documentation =
        format!("The derivatives of the output of [`{name}`] with respect to each value.");
    let fields = graph.variables().map(|(_, node)| {
        let (field, ty) = (&node.name, value_type(runtime, node.axes));
        let documentation = format!("The derivative with respect to `{}`.", plain(field));
        quote!(#[doc = #documentation] #visibility #field: #ty)
    });
    quote! {
        #[doc = #documentation]
        #derives
        #[allow(dead_code)]
        #visibility struct #grads<__T = ::core::primitive::f64> {
            #(#fields,)*
        }
    }
}

/// The expressions, as documentation after the user's own.
fn documentation(graph: &Graph<'_>) -> Vec<String> {
    let mut lines = vec!["```text".to_owned()];
    if graph.model.attributes.iter().any(|attribute| attribute.path().is_ident("doc")) {
        lines.insert(0, String::new());
    }
    for (_, node) in graph.fields() {
        if node.is_let || node.name == OUTPUT {
            lines.push(format!("{} = {}", plain(&node.name), node.source));
        }
    }
    if graph.has_named_result() {
        lines.push(format!("output = {}", plain(&graph.node(graph.output).name)));
    }
    lines.push("```".to_owned());
    lines
}

/// The documentation of a field: the user's, or else the expression.
fn field_documentation(node: &Node) -> TokenStream {
    if !node.documentation.is_empty() {
        let documentation = &node.documentation;
        return quote!(#(#documentation)*);
    }
    let documentation = match node.operation {
        Operation::Input => format!("The input `{}`.", plain(&node.name)),
        _ => format!("`{}`.", node.source),
    };
    quote!(#[doc = #documentation])
}

/// The derived traits of both structs, without those that the user derives.
pub(super) fn derives(attributes: &[Attribute]) -> TokenStream {
    let derived: Vec<Ident> = attributes.iter().flat_map(derived_traits).collect();
    let traits = [
        ("Clone", quote!(::core::clone::Clone)),
        ("Debug", quote!(::core::fmt::Debug)),
        ("PartialEq", quote!(::core::cmp::PartialEq)),
    ];
    let missing = traits.iter().filter(|(name, _)| !derived.iter().any(|other| other == name));
    let missing: Vec<&TokenStream> = missing.map(|(_, path)| path).collect();
    if missing.is_empty() { TokenStream::new() } else { quote!(#[derive(#(#missing),*)]) }
}
