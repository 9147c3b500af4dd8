//! The methods that draw a graph: a table of its nodes, and their values. A macro of the runtime
//! crate wraps them, and drops them without the feature `draw`.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use super::graph::Graph;
use crate::common::tokens::source;
use crate::graph::model::{Node, Operation};
use crate::graph::names::plain;

/// `drawing` and `drawing_with`.
pub(super) fn drawing(graph: &Graph<'_>) -> TokenStream {
    let Graph { runtime, model, name, grads, .. } = graph;
    let visibility = &model.visibility;
    let title = name.unraw().to_string();
    let nodes = model.nodes.iter().map(|node| row(runtime, node));
    let values = model.nodes.iter().enumerate().map(|(index, node)| {
        let value = graph.saved(index);
        shown(runtime, node, &value)
    });
    let derivatives = model.nodes.iter().map(|node| {
        if node.is_constant || !node.is_field {
            return quote!(::core::option::Option::None);
        }
        let name = &node.name;
        let value = shown(runtime, node, &quote!(grads.#name));
        quote!(::core::option::Option::Some(#value))
    });
    quote! {
        #runtime::__if_draw! {
            /// Draws the graph with its values.
            #[must_use]
            #visibility fn drawing(&self) -> #runtime::graph::Drawing {
                #runtime::graph::Drawing::new(#title, &[#(#nodes),*], &[#(#values),*])
            }

            /// Draws the graph with its values and derivatives.
            #[must_use]
            #visibility fn drawing_with(&self, grads: &#grads<__T>) -> #runtime::graph::Drawing {
                self.drawing().with_derivatives(&[#(#derivatives),*])
            }
        }
    }
}

/// A node as an expression of the runtime's node type.
fn row(runtime: &TokenStream, node: &Node) -> TokenStream {
    let (title, source) = (plain(&node.name), &node.source);
    let symbol = match &node.operation {
        Operation::Input | Operation::Invalid => {
            return quote!(#runtime::graph::Node::input(#title));
        }
        Operation::Literal(_) | Operation::Constant(_) => {
            // The book writes the constant `1.0` as `1`.
            let text = if node.is_field { &title } else { source.trim_end_matches(".0") };
            return quote!(#runtime::graph::Node::constant(#text));
        }
        Operation::Function(function) => function.row().symbol.to_owned(),
        Operation::Power(exponent) => power(exponent),
    };
    let operands = node.operands.iter().map(|&operand| Literal::usize_unsuffixed(operand));
    let named = if node.is_let { format_ident!("named") } else { format_ident!("unnamed") };
    quote!(#runtime::graph::Node::#named(#title, #source, #symbol, &[#(#operands),*]))
}

/// `x²`, or `xⁿ` for a named exponent.
fn power(exponent: &TokenStream) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let written = source(exponent);
    let raised: Option<String> = written
        .chars()
        .map(|digit| match digit {
            '-' => Some('⁻'),
            digit => DIGITS.get(digit.to_digit(10)? as usize).copied(),
        })
        .collect();
    format!("x{}", raised.unwrap_or_else(|| "ⁿ".to_owned()))
}

/// A value in a drawing: a number, or the shape of an array.
fn shown(runtime: &TokenStream, node: &Node, value: &impl ToTokens) -> TokenStream {
    match node.axes {
        0 => quote!(#runtime::graph::Value::number(#value)),
        _ => quote!(#runtime::graph::Value::array(&#value)),
    }
}
