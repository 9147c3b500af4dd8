//! The table of functions of `graph!`.

use crate::common::spelling::is_like;

/// An operator or a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Add,
    Sub,
    Mul,
    Div,
    Neg,
    Powi,
    Powf,
    Exp,
    Ln,
    Sqrt,
    Sin,
    Cos,
    Tanh,
    Sigmoid,
    Relu,
    Max,
    Dot,
    Sum,
}

/// The table row of a function, `x.exp()` or `exp(x)`.
pub(super) struct Row {
    pub(super) function: Function,
    /// Its name. Unnamed nodes combine it with a number: `exp1`.
    pub(super) name: &'static str,
    /// The number of operands.
    pub(super) operands: usize,
    /// The symbol in the circle of a drawing.
    pub(super) symbol: &'static str,
    /// Its names in other libraries.
    pub(super) aliases: &'static [&'static str],
}

/// One row per function. Operators have names too, but cannot be called by them.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { function: Function::Add, name: "add", operands: 2, symbol: "+", aliases: &["plus"] },
    Row { function: Function::Sub, name: "sub", operands: 2, symbol: "a−b", aliases: &["minus", "subtract"] },
    Row { function: Function::Mul, name: "mul", operands: 2, symbol: "×", aliases: &["times", "multiply"] },
    Row { function: Function::Div, name: "div", operands: 2, symbol: "a/b", aliases: &["divide"] },
    Row { function: Function::Neg, name: "neg", operands: 1, symbol: "−", aliases: &["negative"] },
    Row { function: Function::Powi, name: "powi", operands: 2, symbol: "xⁿ", aliases: &["square", "cube", "sqr", "pow2", "recip"] },
    Row { function: Function::Powf, name: "powf", operands: 2, symbol: "aᵇ", aliases: &["pow", "power"] },
    Row { function: Function::Exp, name: "exp", operands: 1, symbol: "exp", aliases: &["exponential"] },
    Row { function: Function::Ln, name: "ln", operands: 1, symbol: "ln", aliases: &["log", "logarithm"] },
    Row { function: Function::Sqrt, name: "sqrt", operands: 1, symbol: "√", aliases: &["root", "square_root"] },
    Row { function: Function::Sin, name: "sin", operands: 1, symbol: "sin", aliases: &["sine"] },
    Row { function: Function::Cos, name: "cos", operands: 1, symbol: "cos", aliases: &["cosine"] },
    Row { function: Function::Tanh, name: "tanh", operands: 1, symbol: "tanh", aliases: &[] },
    Row { function: Function::Sigmoid, name: "sigmoid", operands: 1, symbol: "sigm", aliases: &["logistic", "expit"] },
    Row { function: Function::Relu, name: "relu", operands: 1, symbol: "relu", aliases: &["rectifier"] },
    Row { function: Function::Max, name: "max", operands: 2, symbol: "max", aliases: &["maximum"] },
    Row { function: Function::Dot, name: "dot", operands: 2, symbol: "a·b", aliases: &["matmul", "mm"] },
    Row { function: Function::Sum, name: "sum", operands: 1, symbol: "Σ", aliases: &["total"] },
];

impl Function {
    pub(super) fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Returns whether it is an operator, which cannot be called.
    fn is_operator(self) -> bool {
        matches!(
            self,
            Function::Add | Function::Sub | Function::Mul | Function::Div | Function::Neg
        )
    }

    /// Returns whether each element of the result depends on one element of each operand.
    pub(super) fn is_elementwise(self) -> bool {
        !matches!(self, Function::Dot | Function::Sum)
    }

    /// An example: `x.exp()`.
    pub(super) fn form(self) -> &'static str {
        match self {
            Function::Add => "x + y",
            Function::Sub => "x - y",
            Function::Mul => "x * y",
            Function::Div => "x / y",
            Function::Neg => "-x",
            Function::Powi => "x.powi(2)",
            Function::Powf => "x.powf(1.5)",
            Function::Exp => "x.exp()",
            Function::Ln => "x.ln()",
            Function::Sqrt => "x.sqrt()",
            Function::Sin => "x.sin()",
            Function::Cos => "x.cos()",
            Function::Tanh => "x.tanh()",
            Function::Sigmoid => "x.sigmoid()",
            Function::Relu => "x.relu()",
            Function::Max => "x.max(y)",
            Function::Dot => "x.dot(w)",
            Function::Sum => "x.sum()",
        }
    }
}

/// Finds a function by name.
pub(super) fn find(name: &str) -> Option<Function> {
    let row = ROWS.iter().find(|row| row.name == name && !row.function.is_operator());
    row.map(|row| row.function)
}

/// An equivalent expression for a function that `graph!` does not support.
pub(super) fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "min" => "-((-x).max(-y))",
        "abs" => "x.max(-x)",
        "recip" => "1.0 / x",
        "tan" => "x.sin() / x.cos()",
        "sinh" => "(x.exp() - (-x).exp()) / 2.0",
        "cosh" => "(x.exp() + (-x).exp()) / 2.0",
        _ => return None,
    })
}

/// The function whose name is closest to a misspelled one.
pub(super) fn meant(name: &str) -> Option<Function> {
    let known = |row: &&Row| row.name == name || row.aliases.contains(&name);
    let similar = |row: &&Row| {
        !row.function.is_operator()
            && (is_like(name, row.name) || row.name.eq_ignore_ascii_case(name))
    };
    let row = ROWS.iter().find(known).or_else(|| ROWS.iter().find(similar));
    row.map(|row| row.function)
}

/// All callable functions, for the help of messages.
pub(super) fn all() -> String {
    let callable = ROWS.iter().filter(|row| !row.function.is_operator());
    callable.map(|row| format!("`{}`", row.name)).collect::<Vec<_>>().join(", ")
}
