//! Messages for Rust syntax that `graph!` does not support, with the alternative.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{BinOp, Expr, ExprBinary, UnOp};

use super::function;
use crate::common::tokens::{Tokens, source};

/// Help for branches.
const BRANCH: &str = "use `x.relu()` or `x.max(y)`, or branch outside of `graph!`";

/// Help for loops.
const REPEAT: &str = "write the steps out, or call `forward` repeatedly outside of `graph!`";

/// The message for `what`, a name in backquotes or a description.
fn unsupported(what: &str, help: &str) -> String {
    format!("{what} not supported in `graph!`\nhelp: {help}")
}

/// The message for a keyword.
fn keyword(word: &str, help: &str) -> String {
    unsupported(&format!("`{word}` is"), help)
}

/// The message for a statement at this position, such as a loop. `None` if the tokens can be an
/// expression.
pub(super) fn statement(tokens: &Tokens) -> Option<String> {
    let word = tokens.ident(0)?.to_string();
    let help = match word.as_str() {
        "if" | "match" => BRANCH,
        "for" | "while" | "loop" => REPEAT,
        "return" => "remove `return`: the last expression is the result",
        "fn" | "struct" | "enum" | "mod" | "use" | "static" | "type" | "impl" | "trait" => {
            "move it outside of `graph!`"
        }
        "const" => "move it outside of `graph!`, or use `let`",
        "unsafe" | "async" => "remove it",
        _ => return None,
    };
    Some(keyword(&word, help))
}

/// The message for an assignment; `None` for other expressions.
pub(super) fn assignment(expression: &Expr) -> Option<String> {
    let (to, value) = match expression {
        Expr::Assign(assign) => (source(&assign.left), source(&assign.right)),
        Expr::Binary(ExprBinary { left, op, right, .. }) => {
            let operator = source(op);
            let operator = operator.strip_suffix('=').filter(|_| is_assignment(op))?;
            (source(left), format!("{} {operator} {}", source(left), source(right)))
        }
        _ => return None,
    };
    Some(format!(
        "cannot assign to `{to}`: the values of a graph do not change\n\
         help: write `let name = {value};`, with a new name"
    ))
}

fn is_assignment(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// The message for a call by a path, `f64::exp(x)`.
pub(super) fn path(path: &syn::Path) -> String {
    let last = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let help = match function::find(&last) {
        Some(function) => format!("write `{}`", function.form()),
        None => format!("use one of {}", function::all()),
    };
    format!("cannot find function `{}` in `graph!`\nhelp: {help}", source(path))
}

/// The message for an expression that is not supported in a graph.
pub(super) fn expression(expression: &Expr) -> String {
    if let Some(message) = assignment(expression) {
        return message;
    }
    match expression {
        Expr::If(_) => keyword("if", BRANCH),
        Expr::Match(_) => keyword("match", BRANCH),
        Expr::ForLoop(_) => keyword("for", REPEAT),
        Expr::While(_) => keyword("while", REPEAT),
        Expr::Loop(_) => keyword("loop", REPEAT),
        Expr::Call(call) => self::expression(&call.func),
        Expr::Paren(inside) => self::expression(&inside.expr),
        Expr::MethodCall(call) => unsupported(
            &format!("type arguments of `{}` are", call.method),
            &format!("write `{}.{}(…)`", source(&call.receiver), call.method),
        ),
        Expr::Closure(_) => unsupported("closures are", "write the expression without a closure"),
        Expr::Block(_) | Expr::Unsafe(_) | Expr::Const(_) | Expr::Async(_) => {
            unsupported("blocks are", "use parentheses, and move each `let` before the expression")
        }
        Expr::Binary(binary) => operator(binary),
        Expr::Unary(unary) => match unary.op {
            UnOp::Deref(_) => {
                unsupported("dereferences are", &format!("write `{}`", source(&unary.expr)))
            }
            _ => keyword("!", "use `-x` or `1.0 - x`"),
        },
        Expr::Reference(reference) => {
            unsupported("references are", &format!("write `{}`", source(&reference.expr)))
        }
        Expr::Cast(cast) => unsupported(
            "casts are",
            &format!("write `{}`: all numbers of a graph have one type", source(&cast.expr)),
        ),
        Expr::Field(_) | Expr::Index(_) => {
            unsupported("fields and elements of values are", "declare it as an input")
        }
        Expr::Macro(call) => {
            keyword(&format!("{}!", source(&call.mac.path)), "write its expression out")
        }
        Expr::Array(_) | Expr::Repeat(_) | Expr::Tuple(_) => {
            unsupported("arrays and tuples are", "declare an array as an input, `x: [_]`")
        }
        _ => keyword(&shortened(expression), "use `+`, `-`, `*`, `/` and functions"),
    }
}

/// The message for `x ^ 2` and `x ** 2`; `None` for other operators.
pub(super) fn power(ExprBinary { left, op, right, .. }: &ExprBinary) -> Option<String> {
    let (written, exponent) = match (op, &**right) {
        (BinOp::BitXor(_), exponent) => ("^", exponent),
        (BinOp::Mul(_), Expr::Unary(unary)) if matches!(unary.op, UnOp::Deref(_)) => {
            ("**", &*unary.expr)
        }
        _ => return None,
    };
    // `^` has lower precedence than the other operators: `a * x ^ 2 + y` is `(a * x) ^ (2 + y)`.
    let (base, exponent) = (last_operand(left), first_operand(exponent));
    let is_integer =
        matches!(exponent, Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Int(_)));
    let function = if is_integer { "powi" } else { "powf" };
    let (base, exponent) = (source(base), source(exponent));
    Some(format!(
        "`{written}` is not a power operator in Rust\nhelp: write `{base}.{function}({exponent})`"
    ))
}

fn first_operand(expression: &Expr) -> &Expr {
    match expression {
        Expr::Binary(binary) => first_operand(&binary.left),
        expression => expression,
    }
}

fn last_operand(expression: &Expr) -> &Expr {
    match expression {
        Expr::Binary(binary) => last_operand(&binary.right),
        expression => expression,
    }
}

fn operator(ExprBinary { op, .. }: &ExprBinary) -> String {
    let help = match op {
        BinOp::Rem(_) => "compute it outside of `graph!`, and pass it as an input",
        _ => "use `+`, `-`, `*` and `/`, or `x.relu()` and `x.max(y)` instead of a comparison",
    };
    keyword(&source(op), help)
}

/// The first tokens of an expression, in case it is long.
fn shortened(expression: &Expr) -> String {
    let trees: Vec<TokenTree> = expression.to_token_stream().into_iter().collect();
    match trees.get(..4) {
        Some(first) if trees.len() > 5 => {
            format!("{} …", source(&first.iter().cloned().collect::<TokenStream>()))
        }
        _ => source(expression),
    }
}
