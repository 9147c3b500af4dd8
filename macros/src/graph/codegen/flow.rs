//! The chain rule: the derivative that flows from a node to one of its operands.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use super::calculus::{self, Rule};
use super::graph::{Graph, local};
use crate::graph::function::Function;
use crate::graph::model::Node;

/// The local variable of a node's derivative: `d_apple_price`.
pub(super) fn derivative(node: &Node) -> Ident {
    format_ident!("d_{}", node.name.unraw(), span = Span::mixed_site().located_at(node.name.span()))
}

/// The derivative that flows from a node to one of its operands.
pub(super) fn flow(graph: &Graph<'_>, user: &Node, operand: usize) -> TokenStream {
    let Some((function, exponent)) = user.function() else {
        return TokenStream::new();
    };
    match function {
        Function::Dot => flow_of_dot(graph, user, operand),
        Function::Sum => flow_of_sum(graph, user),
        _ if user.axes == 0 => flow_of_numbers(graph, user, (function, exponent), operand),
        _ => flow_of_arrays(graph, user, (function, exponent), operand),
    }
}

/// `y = Σ x`: every element of `x` gets `dy`.
fn flow_of_sum(graph: &Graph<'_>, user: &Node) -> TokenStream {
    let (array, d) = (graph.saved(user.operands[0]), derivative(user));
    let library = &graph.library;
    quote!(#library::map(&#array, |_| #d))
}

/// The product of matrices and vectors.
fn flow_of_dot(graph: &Graph<'_>, user: &Node, operand: usize) -> TokenStream {
    let library = &graph.library;
    let d = derivative(user);
    let (left, right) = (graph.saved(user.operands[0]), graph.saved(user.operands[1]));
    let axes = (graph.node(user.operands[0]).axes, graph.node(user.operands[1]).axes);
    let element = Ident::new("element", Span::mixed_site());
    match (axes, operand) {
        // y = Σ left · right
        ((1, 1), 0) => quote!(#library::map(&#right, |#element| #d * #element)),
        ((1, 1), _) => quote!(#library::map(&#left, |#element| #d * #element)),
        ((1, _), 0) => quote!(#library::product(&#right, &#d)),
        ((1, _), _) => quote!(#library::outer(&#left, &#d)),
        ((_, 1), 0) => quote!(#library::outer(&#d, &#right)),
        // dX = dY · Wᵀ, dW = Xᵀ · dY
        (_, 0) => quote!(#library::product_transposed(&#d, &#right)),
        _ => quote!(#library::transposed_product(&#left, &#d)),
    }
}

/// A function of numbers.
fn flow_of_numbers(
    graph: &Graph<'_>,
    user: &Node,
    (function, exponent): (Function, Option<&TokenStream>),
    operand: usize,
) -> TokenStream {
    let saved: Vec<TokenStream> =
        user.operands.iter().map(|&operand| graph.saved(operand)).collect();
    let (name, nothing) = (&user.name, TokenStream::new());
    let rule = Rule {
        nodes: &graph.library,
        d: &derivative(user).to_token_stream(),
        a: saved.first().unwrap_or(&nothing),
        b: exponent.or(saved.get(1)).unwrap_or(&nothing),
        y: &quote!(self.#name),
    };
    calculus::derivative(function, operand == 1, &rule)
}

/// A function of arrays, element by element. An operand with fewer axes went into
/// several elements, whose derivatives are summed.
fn flow_of_arrays(
    graph: &Graph<'_>,
    user: &Node,
    (function, exponent): (Function, Option<&TokenStream>),
    operand: usize,
) -> TokenStream {
    let library = &graph.library;
    let d = derivative(user);
    // An element of an array has the name of the array; numbers keep theirs.
    let element = |index: usize| {
        let node = graph.node(index);
        if node.axes > 0 { local(&node.name).to_token_stream() } else { graph.saved(index) }
    };
    let operands: Vec<TokenStream> = user.operands.iter().map(|&index| element(index)).collect();
    let nothing = TokenStream::new();
    let rule = Rule {
        nodes: library,
        d: &d.to_token_stream(),
        a: operands.first().unwrap_or(&nothing),
        b: exponent.or(operands.get(1)).unwrap_or(&nothing),
        y: &local(&user.name).to_token_stream(),
    };
    let formula = calculus::derivative(function, operand == 1, &rule);
    let (names, saved) = arrays_in(graph, user, &formula);
    let flow = match names.len() {
        // The upstream gradient itself, which is summed without a copy.
        0 if d == formula.to_string() => quote!(#d),
        0 => quote!(#library::map(&#d, |#d| #formula)),
        1 => quote!(#library::chain(&#d, #(&#saved)*, |#d, #(#names)*| #formula)),
        _ => quote!(#library::chain2(&#d, #(&#saved),*, |#d, #(#names),*| #formula)),
    };
    match (user.axes, graph.node(user.operands[operand]).axes) {
        (_, 0) => quote!(#library::sum(&#flow)),
        (2, 1) => quote!(#library::sum_of_rows(&#flow)),
        _ if d == flow.to_string() => quote!(#library::copy(&#d)),
        _ => flow,
    }
}

/// The arrays that a formula reads: their names, and where they are saved.
fn arrays_in(
    graph: &Graph<'_>,
    user: &Node,
    formula: &TokenStream,
) -> (Vec<Ident>, Vec<TokenStream>) {
    let mut arrays: Vec<(Ident, TokenStream)> = Vec::new();
    for &index in &user.operands {
        let node = graph.node(index);
        let name = local(&node.name);
        if node.axes > 0 && mentions(formula, &name) && !arrays.iter().any(|(n, _)| *n == name) {
            arrays.push((name, graph.saved(index)));
        }
    }
    let y = local(&user.name);
    if mentions(formula, &y) {
        let name = &user.name;
        arrays.push((y, quote!(self.#name)));
    }
    arrays.into_iter().unzip()
}

/// Returns whether tokens contain a local variable.
fn mentions(stream: &TokenStream, name: &Ident) -> bool {
    stream.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}
