//! The formulas: the value and the derivatives of each function. They apply to numbers; arrays
//! apply them elementwise.

use proc_macro2::TokenStream;
use quote::quote;

use crate::graph::function::Function;

/// The value of an elementwise function of the operands `a` and `b`.
pub(super) fn value(
    nodes: &TokenStream,
    function: Function,
    a: &TokenStream,
    b: &TokenStream,
) -> TokenStream {
    match function {
        Function::Add => quote!(#a + #b),
        Function::Sub => quote!(#a - #b),
        Function::Mul => quote!(#a * #b),
        Function::Div => quote!(#a / #b),
        Function::Neg => quote!(-#a),
        Function::Powi => quote!(#a.powi(#b)),
        Function::Powf => quote!(#a.powf(#b)),
        Function::Exp => quote!(#a.exp()),
        Function::Ln => quote!(#a.ln()),
        Function::Sqrt => quote!(#a.sqrt()),
        Function::Sin => quote!(#a.sin()),
        Function::Cos => quote!(#a.cos()),
        Function::Tanh => quote!(#a.tanh()),
        Function::Sigmoid => quote!(#nodes::sigmoid(#a)),
        Function::Relu => quote!(#nodes::relu(#a)),
        Function::Max => quote!(#nodes::max(#a, #b)),
        Function::Dot | Function::Sum => TokenStream::new(),
    }
}

/// A node for the chain rule: its operands `a` and `b`, its value `y`, and the
/// derivative `d` of the output with respect to `y`.
pub(super) struct Rule<'a> {
    pub(super) nodes: &'a TokenStream,
    pub(super) d: &'a TokenStream,
    pub(super) a: &'a TokenStream,
    pub(super) b: &'a TokenStream,
    pub(super) y: &'a TokenStream,
}

/// The derivative of an elementwise function with respect to its first operand or
/// its second, multiplied by `d`.
pub(super) fn derivative(function: Function, second: bool, rule: &Rule<'_>) -> TokenStream {
    let Rule { nodes, d, a, b, y } = rule;
    match (function, second) {
        (Function::Add, _) | (Function::Sub, false) => quote!(#d),
        (Function::Sub, true) | (Function::Neg, _) => quote!(-#d),
        (Function::Mul, false) => quote!(#d * #b),
        (Function::Mul, true) => quote!(#d * #a),
        (Function::Div, false) => quote!(#d / #b),
        (Function::Div, true) => quote!(-(#d * #y / #b)),
        (Function::Powi, _) => quote!(#d * #nodes::powi_slope(#a, #b)),
        (Function::Powf, false) => quote!(#d * #nodes::powf_slope(#a, #b)),
        (Function::Powf, true) => quote!(#d * #nodes::powf_growth(#a, #b)),
        (Function::Exp, _) => quote!(#d * #y),
        (Function::Ln, _) => quote!(#d / #a),
        (Function::Sqrt, _) => quote!(#d / (#y + #y)),
        (Function::Sin, _) => quote!(#d * #a.cos()),
        (Function::Cos, _) => quote!(-(#d * #a.sin())),
        (Function::Tanh, _) => quote!(#d * #nodes::tanh_slope(#a)),
        (Function::Sigmoid, _) => quote!(#d * #nodes::sigmoid_slope(#a)),
        (Function::Relu, _) => quote!(#nodes::when(#a > __T::zero(), #d)),
        (Function::Max, false) => quote!(#nodes::when(#a > #b, #d)),
        (Function::Max, true) => quote!(#nodes::when(#a <= #b, #d)),
        (Function::Dot | Function::Sum, _) => TokenStream::new(),
    }
}
