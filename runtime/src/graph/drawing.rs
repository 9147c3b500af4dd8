//! What is drawn of a computational graph: its nodes, values and derivatives.

use std::fmt;

use ndarray::{Array, Dimension};

use super::layout::Item;
use crate::scalar::Scalar;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value that is given.
    Input,
    /// A number in the expression.
    Constant,
    /// An operator or a function.
    Function,
}

/// A node of a graph, as it was declared.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Its name, or the text of a constant.
    pub(super) name: &'static str,
    /// Whether the name is the user's.
    pub(super) is_named: bool,
    pub(super) kind: Kind,
    /// The expression as it was written.
    pub(super) source: &'static str,
    /// What stands in its circle.
    pub(super) symbol: &'static str,
    /// The nodes that it takes the values of; they come before it.
    pub(super) operands: &'static [usize],
}

impl Node {
    /// An input.
    pub fn input(name: &'static str) -> Node {
        Node { name, is_named: true, kind: Kind::Input, source: name, symbol: "", operands: &[] }
    }

    /// A constant, by its text.
    pub fn constant(text: &'static str) -> Node {
        let kind = Kind::Constant;
        Node { name: text, is_named: false, kind, source: text, symbol: "", operands: &[] }
    }

    /// A function that has a name from a `let`.
    pub fn named(
        name: &'static str,
        source: &'static str,
        symbol: &'static str,
        operands: &'static [usize],
    ) -> Node {
        Node { name, is_named: true, kind: Kind::Function, source, symbol, operands }
    }

    /// A function that is called by its kind and its number.
    pub fn unnamed(
        name: &'static str,
        source: &'static str,
        symbol: &'static str,
        operands: &'static [usize],
    ) -> Node {
        Node { is_named: false, ..Node::named(name, source, symbol, operands) }
    }

    /// What is to be placed.
    pub(super) fn item(&self) -> Item {
        Item { kind: self.kind, operands: self.operands.to_vec() }
    }

    /// Whether the operands cannot be exchanged: the symbol tells `a` from `b`.
    pub(super) fn is_ordered(&self) -> bool {
        self.symbol.starts_with('a')
    }
}

/// What is shown of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// An array, by its shape.
    Array(Vec<usize>),
}

impl Value {
    /// A number.
    pub fn number<T: Scalar>(value: T) -> Value {
        Value::Number(value.as_f64())
    }

    /// The shape of an array.
    pub fn array<T, D: Dimension>(array: &Array<T, D>) -> Value {
        Value::Array(array.shape().to_vec())
    }
}

impl fmt::Display for Value {
    /// Six digits of a number, which are enough for a drawing; `[2, 3]` for an
    /// array.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => f.write_str(&significant(*number)),
            Value::Array(shape) => write!(f, "{shape:?}"),
        }
    }
}

/// A number with six digits at most: `715` for 715.0000000000001.
pub(super) fn significant(number: f64) -> String {
    let rounded: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    let is_plain = (1e-4..1e7).contains(&rounded.abs()) || !rounded.is_finite();
    if is_plain { rounded.to_string() } else { format!("{rounded:e}") }
}

/// A graph with its values, and perhaps its derivatives, to be written as text.
///
/// ```
/// chainrule::graph! { struct Square(x, y) { (x + y).powi(2) } }
///
/// let square = Square::forward(3.0, 4.0);
/// let drawing = square.drawing_with(&square.backward(1.0));
/// assert!(drawing.svg().contains("x²"));
/// assert_eq!(drawing.dot().lines().last(), Some("}"));
/// assert!(drawing.mermaid().starts_with("flowchart LR"));
/// ```
#[derive(Clone, Debug)]
pub struct Drawing {
    pub(super) title: &'static str,
    pub(super) nodes: Vec<Node>,
    pub(super) values: Vec<Value>,
    pub(super) derivatives: Vec<Option<Value>>,
}

impl Drawing {
    /// A graph of `nodes`, each with its value: for the expansion of `graph!`.
    #[doc(hidden)]
    pub fn new(title: &'static str, nodes: &[Node], values: &[Value]) -> Drawing {
        let derivatives = vec![None; nodes.len()];
        Drawing { title, nodes: nodes.to_vec(), values: values.to_vec(), derivatives }
    }

    /// What stands at the arrow of a node: nothing where its name is its value.
    pub(super) fn value(&self, node: usize) -> String {
        let Node { kind, name, .. } = self.nodes[node];
        let is_literal = kind == Kind::Constant && name.parse::<f64>().is_ok();
        if is_literal { String::new() } else { self.values[node].to_string() }
    }

    /// The derivative at the arrow of a node, if there is one.
    pub(super) fn derivative(&self, node: usize) -> Option<String> {
        self.derivatives[node].as_ref().map(ToString::to_string)
    }

    /// The same with derivatives, where there are any.
    #[doc(hidden)]
    pub fn with_derivatives(self, derivatives: &[Option<Value>]) -> Drawing {
        Drawing { derivatives: derivatives.to_vec(), ..self }
    }
}
