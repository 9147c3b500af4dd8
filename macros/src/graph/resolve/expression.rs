//! Expressions to nodes: one method for each kind of expression.

use syn::{BinOp, Expr, ExprBinary, ExprCall, ExprMethodCall, ExprUnary, UnOp};

use super::resolver::Resolver;
use crate::graph::function::Function;
use crate::graph::model::Operation;
use crate::graph::unsupported;

impl Resolver<'_> {
    /// Returns the node of an expression.
    pub(super) fn expression(&mut self, expression: &Expr) -> usize {
        match expression {
            Expr::Paren(inside) => self.expression(&inside.expr),
            Expr::Group(inside) => self.expression(&inside.expr),
            Expr::Lit(literal) => self.literal(expression, &literal.lit, ""),
            Expr::Path(path) => self.path(expression, path),
            Expr::Unary(unary) => self.unary(expression, unary),
            Expr::Binary(binary) => self.binary(expression, binary),
            Expr::MethodCall(call) => self.method_call(expression, call),
            Expr::Call(call) => self.function_call(expression, call),
            _ => self.reject(expression, unsupported::expression(expression)),
        }
    }

    /// `-x`, `-2.0`.
    fn unary(&mut self, expression: &Expr, unary: &ExprUnary) -> usize {
        if !matches!(unary.op, UnOp::Neg(_)) {
            return self.reject(expression, unsupported::expression(expression));
        }
        if let Expr::Lit(literal) = &*unary.expr {
            return self.literal(expression, &literal.lit, "-");
        }
        let operand = self.expression(&unary.expr);
        self.function(Function::Neg, vec![operand], expression)
    }

    /// `x + y`, `x - y`, `x * y`, `x / y`.
    fn binary(&mut self, expression: &Expr, binary: &ExprBinary) -> usize {
        if let Some(message) = unsupported::power(binary) {
            return self.reject(expression, message);
        }
        let function = match binary.op {
            BinOp::Add(_) => Function::Add,
            BinOp::Sub(_) => Function::Sub,
            BinOp::Mul(_) => Function::Mul,
            BinOp::Div(_) => Function::Div,
            _ => return self.reject(expression, unsupported::expression(expression)),
        };
        let operands = vec![self.expression(&binary.left), self.expression(&binary.right)];
        self.function(function, operands, expression)
    }

    /// `x.exp()`, `x.max(y)`.
    fn method_call(&mut self, expression: &Expr, call: &ExprMethodCall) -> usize {
        if call.turbofish.is_some() {
            return self.reject(expression, unsupported::expression(expression));
        }
        let arguments: Vec<&Expr> = std::iter::once(&*call.receiver).chain(&call.args).collect();
        self.call(&call.method, &arguments, expression)
    }

    /// `exp(x)`, `max(x, y)`.
    fn function_call(&mut self, expression: &Expr, call: &ExprCall) -> usize {
        let Expr::Path(path) = &*call.func else {
            return self.reject(expression, unsupported::expression(expression));
        };
        if path.qself.is_some() {
            return self.reject(expression, unsupported::expression(expression));
        }
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match path.path.get_ident() {
            Some(name) => self.call(name, &arguments, expression),
            None => self.reject(expression, unsupported::path(&path.path)),
        }
    }

    /// Adds a node whose operands are resolved.
    pub(super) fn function(
        &mut self,
        function: Function,
        operands: Vec<usize>,
        written: &Expr,
    ) -> usize {
        let axes: Vec<usize> = operands.iter().map(|&node| self.nodes[node].axes).collect();
        let axes = match (function, &axes[..]) {
            (Function::Sum, _) => 0,
            // A row times a column, a matrix times a column, a row times a matrix.
            (Function::Dot, [left, right]) if *left > 0 && *right > 0 => left + right - 2,
            (_, axes) => axes.iter().copied().max().unwrap_or(0),
        };
        let prefix = function.row().name;
        self.unnamed(prefix, Operation::Function(function), operands, axes, written)
    }
}
