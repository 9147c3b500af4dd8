//! A graph without errors, and its values in generated code.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use crate::graph::model::{Model, Node, OUTPUT, Operation};

/// A graph without errors.
pub(super) struct Graph<'a> {
    pub(super) runtime: &'a TokenStream,
    /// The module of the functions that generated code calls.
    pub(super) library: TokenStream,
    pub(super) model: &'a Model,
    pub(super) name: Ident,
    pub(super) grads: Ident,
    /// The node of the result.
    pub(super) output: usize,
}

impl<'a> Graph<'a> {
    /// `None` if the name or the result is missing.
    pub(super) fn new(runtime: &'a TokenStream, model: &'a Model) -> Option<Graph<'a>> {
        let name = model.name.clone()?;
        Some(Graph {
            runtime,
            library: quote!(#runtime::__private::nodes),
            model,
            grads: grads_name(&name),
            name,
            output: model.output?,
        })
    }

    pub(super) fn node(&self, node: usize) -> &Node {
        &self.model.nodes[node]
    }

    /// The nodes that are fields, in the order of evaluation.
    pub(super) fn fields(&self) -> impl DoubleEndedIterator<Item = (usize, &Node)> {
        self.model.nodes.iter().enumerate().filter(|(_, node)| node.is_field)
    }

    /// The nodes whose derivative is a field.
    pub(super) fn variables(&self) -> impl DoubleEndedIterator<Item = (usize, &Node)> {
        self.fields().filter(|(_, node)| !node.is_constant)
    }

    /// Whether the result is named by a `let`, so that `output` is a copy of it.
    pub(super) fn has_named_result(&self) -> bool {
        self.node(self.output).name != OUTPUT
    }

    pub(super) fn has_arrays(&self) -> bool {
        self.model.inputs.iter().any(|&input| self.node(input).axes > 0)
    }

    /// The value of a node in a method: the field of `self`, or a constant.
    pub(super) fn saved(&self, node: usize) -> TokenStream {
        let node = self.node(node);
        let name = &node.name;
        if node.is_field { quote!(self.#name) } else { self.constant(node) }
    }

    /// The value of a node in `forward`: the local variable, or a constant.
    pub(super) fn operand(&self, node: usize) -> TokenStream {
        let node = self.node(node);
        if node.is_field { local(&node.name).to_token_stream() } else { self.constant(node) }
    }

    /// A constant as a number of type `T`.
    pub(super) fn constant(&self, node: &Node) -> TokenStream {
        let library = &self.library;
        match &node.operation {
            Operation::Literal(number) => quote!(__T::from_f64(#number)),
            Operation::Constant(path) => quote!(__T::from_f64(#library::constant(#path))),
            _ => TokenStream::new(),
        }
    }
}

/// Returns `PurchaseGrads` for `Purchase`.
pub(super) fn grads_name(name: &Ident) -> Ident {
    format_ident!("{}Grads", name.unraw(), span = name.span())
}

/// The type of a value with this number of axes.
pub(super) fn value_type(runtime: &TokenStream, axes: usize) -> TokenStream {
    match axes {
        0 => quote!(__T),
        1 => quote!(#runtime::ndarray::Array1<__T>),
        _ => quote!(#runtime::ndarray::Array2<__T>),
    }
}

/// The local variable for a name.
pub(super) fn local(name: &Ident) -> Ident {
    let mut local = name.clone();
    local.set_span(Span::mixed_site().located_at(name.span()));
    local
}
