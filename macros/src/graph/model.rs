//! A graph with resolved names: nodes, each with the nodes that it reads.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Token, Visibility};

use super::function::Function;

/// The name of the result.
pub(super) const OUTPUT: &str = "output";

/// A graph with resolved names.
pub(super) struct Model {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) keyword: Option<Token![struct]>,
    pub(super) name: Option<Ident>,
    /// The nodes of the inputs as they were declared, including duplicates.
    pub(super) inputs: Vec<usize>,
    /// Inputs first, then in the order of evaluation.
    pub(super) nodes: Vec<Node>,
    /// The node of the result; `None` if it was reported as missing.
    pub(super) output: Option<usize>,
}

/// A node of the graph.
pub(super) struct Node {
    pub(super) name: Ident,
    /// Whether the value is a field of the generated struct.
    pub(super) is_field: bool,
    /// Whether the name is that of a `let`.
    pub(super) is_let: bool,
    pub(super) documentation: Vec<Attribute>,
    pub(super) operation: Operation,
    /// The indices of the nodes that it reads.
    pub(super) operands: Vec<usize>,
    /// The number of axes of its value; 0 for a number.
    pub(super) axes: usize,
    /// Whether it is independent of all inputs.
    pub(super) is_constant: bool,
    /// The expression as it was written.
    pub(super) source: String,
}

/// Where the value of a node comes from.
pub(super) enum Operation {
    Input,
    /// A number as it was written.
    Literal(TokenStream),
    /// The path of a constant.
    Constant(TokenStream),
    Function(Function),
    /// An integer power, with its exponent.
    Power(TokenStream),
    /// An expression that was reported as invalid.
    Invalid,
}

impl Node {
    /// The function that the node computes, with the exponent of an integer power.
    pub(super) fn function(&self) -> Option<(Function, Option<&TokenStream>)> {
        match &self.operation {
            Operation::Function(function) => Some((*function, None)),
            Operation::Power(exponent) => Some((Function::Powi, Some(exponent))),
            _ => None,
        }
    }
}
