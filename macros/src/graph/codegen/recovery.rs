//! The expansion of a declaration with errors: the messages, and the same items with empty bodies,
//! so that uses of the graph cause no further errors.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::graph::{grads_name, value_type};
use super::structs::derives;
use crate::common::report::Mistakes;
use crate::graph::attributes::conditions;
use crate::graph::model::{Model, Node, OUTPUT};
use crate::graph::names::plain;

/// The items of a graph with errors, and the errors.
pub(crate) fn recover(runtime: &TokenStream, model: &Model, errors: &Mistakes) -> TokenStream {
    let Mistakes { first, rest } = errors;
    // A graph that a `cfg` removes reports no errors either.
    let conditions = conditions(&model.attributes);
    let conditions = quote!(#(#conditions)*);
    let items = model.name.iter().flat_map(|name| items(runtime, model, name));
    quote!(#conditions #first #(#conditions #rest)* #(#conditions #items)*)
}

fn items(runtime: &TokenStream, model: &Model, name: &Ident) -> [TokenStream; 3] {
    let (visibility, grads) = (&model.visibility, grads_name(name));
    let (values, derivatives) = (fields(runtime, model, true), fields(runtime, model, false));
    let attributes = &model.attributes;
    let (value_derives, derives) = (derives(attributes), derives(&[]));
    let allow = quote!(#[allow(missing_docs, dead_code, non_camel_case_types)]);
    [
        quote! {
            #(#attributes)*
            #value_derives
            #allow
            #visibility struct #name<__T = ::core::primitive::f64> {
                #(#values,)*
                __scalar: ::core::marker::PhantomData<__T>,
            }
        },
        quote! {
            #derives
            #allow
            #visibility struct #grads<__T = ::core::primitive::f64> {
                #(#derivatives,)*
                __scalar: ::core::marker::PhantomData<__T>,
            }
        },
        methods(runtime, model, name),
    ]
}

/// The fields, without duplicates. `output` is included even if the result is missing.
fn fields(runtime: &TokenStream, model: &Model, with_constants: bool) -> Vec<TokenStream> {
    let visibility = &model.visibility;
    let mut seen = HashSet::new();
    let mut fields = Vec::new();
    let wanted = |node: &&Node| node.is_field && (with_constants || !node.is_constant);
    for node in model.nodes.iter().filter(wanted) {
        if seen.insert(plain(&node.name)) {
            let (field, ty) = (&node.name, value_type(runtime, node.axes));
            fields.push(quote!(#visibility #field: #ty));
        }
    }
    if seen.insert(OUTPUT.to_owned()) {
        let ty = value_type(runtime, output_axes(model));
        fields.push(quote!(#visibility output: #ty));
    }
    fields
}

fn output_axes(model: &Model) -> usize {
    model.output.map_or(0, |output| model.nodes[output].axes)
}

fn methods(runtime: &TokenStream, model: &Model, name: &Ident) -> TokenStream {
    let (visibility, grads) = (&model.visibility, grads_name(name));
    let inputs = model.inputs.iter().enumerate().map(|(index, &input)| {
        let name = format_ident!("_input{index}");
        let ty = value_type(runtime, model.nodes[input].axes);
        quote!(#name: #ty)
    });
    let has_arrays = model.inputs.iter().any(|&input| model.nodes[input].axes > 0);
    let fallible = |ty: TokenStream, fails: bool| {
        if fails { quote!(::core::result::Result<#ty, #runtime::Error>) } else { ty }
    };
    let output = output_axes(model);
    let (values, derivatives) =
        (fallible(quote!(Self), has_arrays), fallible(quote!(#grads<__T>), output > 0));
    let dout = value_type(runtime, output);
    let body = quote!({ #runtime::__private::mistake() });
    quote! {
        #[allow(missing_docs, dead_code)]
        impl<__T: #runtime::Scalar> #name<__T> {
            #visibility fn forward(#(#inputs),*) -> #values #body
            #visibility fn backward(&self, _: #dout) -> #derivatives #body
            #runtime::__if_draw! {
                #visibility fn drawing(&self) -> #runtime::graph::Drawing #body
                #visibility fn drawing_with(&self, _: &#grads<__T>) -> #runtime::graph::Drawing #body
            }
        }
    }
}
