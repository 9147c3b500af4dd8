//! A computational graph to draw: its nodes, values and derivatives.

use core::fmt;

use ndarray::{Array, Dimension};

use super::layout::{Item, Kind};
use super::text::six_digits;
use crate::kernels::scalar::Scalar;

/// A node of a graph, as it was declared.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Its name, or the text of a constant.
    pub(super) name: &'static str,
    /// Whether a `let` gave it its name.
    pub(super) is_named: bool,
    pub(super) kind: Kind,
    /// The expression as it was written.
    pub(super) source: &'static str,
    /// The symbol in its circle.
    pub(super) symbol: &'static str,
    /// The nodes that it reads; they come before it.
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

    /// A function with a name from a `let`.
    pub fn named(
        name: &'static str,
        source: &'static str,
        symbol: &'static str,
        operands: &'static [usize],
    ) -> Node {
        Node { name, is_named: true, kind: Kind::Function, source, symbol, operands }
    }

    /// A function that is named by its kind and a number.
    pub fn unnamed(
        name: &'static str,
        source: &'static str,
        symbol: &'static str,
        operands: &'static [usize],
    ) -> Node {
        Node { is_named: false, ..Node::named(name, source, symbol, operands) }
    }

    /// The node as the layout places it.
    pub(super) fn item(&self) -> Item {
        Item { kind: self.kind, operands: self.operands.to_vec() }
    }

    /// The name at its arrow: that of a `let`.
    pub(super) fn label(&self) -> Option<&'static str> {
        (self.is_named && self.kind == Kind::Function).then_some(self.name)
    }

    /// Whether the order of the operands matters: the symbol names them `a` and `b`.
    pub(super) fn is_ordered(&self) -> bool {
        self.symbol.starts_with('a')
    }
}

/// The part of a value that is shown.
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
    /// Six digits of a number; `[2, 3]` for an array.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => f.write_str(&six_digits(*number)),
            Value::Array(shape) => write!(f, "{shape:?}"),
        }
    }
}

/// A graph with its values, and optionally its derivatives, to write as text.
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
    /// A graph of `nodes` with their values, for the expansion of `graph!`.
    #[doc(hidden)]
    pub fn new(title: &'static str, nodes: &[Node], values: &[Value]) -> Drawing {
        let derivatives = vec![None; nodes.len()];
        Drawing { title, nodes: nodes.to_vec(), values: values.to_vec(), derivatives }
    }

    /// The value at the arrow of a node: nothing where its name is its value.
    pub(super) fn value(&self, node: usize) -> String {
        let Node { kind, name, .. } = self.nodes[node];
        let is_literal = kind == Kind::Constant && name.parse::<f64>().is_ok();
        if is_literal { String::new() } else { self.values[node].to_string() }
    }

    /// The derivative at the arrow of a node, if there is one.
    pub(super) fn derivative(&self, node: usize) -> Option<String> {
        self.derivatives[node].as_ref().map(ToString::to_string)
    }

    /// Adds the derivatives, `None` for nodes without one.
    #[doc(hidden)]
    pub fn with_derivatives(self, derivatives: &[Option<Value>]) -> Drawing {
        Drawing { derivatives: derivatives.to_vec(), ..self }
    }
}
