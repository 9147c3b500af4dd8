//! What is no part of a graph, and what to write instead.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{BinOp, Expr, ExprBinary, UnOp};

use super::function;
use crate::tokens::{Tokens, source};

/// Why what begins here, a loop say, cannot stand in a graph; `None` if that is
/// for the reader of expressions to tell.
pub(super) fn statement(tokens: &Tokens) -> Option<String> {
    let word = tokens.ident(0)?.to_string();
    Some(match word.as_str() {
        "if" | "match" => format!("{}\nhelp: {MAX}", unrolled(&word)),
        "for" | "while" | "loop" => format!("{}\nhelp: {WRITTEN_OUT}", unrolled(&word)),
        "return" => "the result of a graph stands at its end\nhelp: take `return` out".to_owned(),
        "fn" | "struct" | "enum" | "mod" | "use" | "static" | "type" | "impl" | "trait" => {
            format!("`{word}` is no part of a graph\nhelp: write it outside of `graph!`")
        }
        "const" => "a graph has no constants of its own\n\
                    help: write `const` outside of `graph!`, or `let` here"
            .to_owned(),
        "unsafe" | "async" => format!("`{word}` is no part of a graph\nhelp: take it out"),
        _ => return None,
    })
}

/// Why an assignment cannot stand in a graph, `None` for what is none.
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
        "nothing in a graph is changed: `{to}` keeps the value it has\n\
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

/// The repair for a choice.
const MAX: &str = "for a switch write `x.relu()` or `x.max(y)`; choose between graphs outside of \
                   `graph!`";

/// The repair for repetition.
const WRITTEN_OUT: &str = "write the steps out, or repeat `forward` outside of `graph!`";

fn unrolled(word: &str) -> String {
    format!("`{word}` is no node of a graph, which computes the same for all numbers")
}

/// Why a function with a path is none of a graph's, whatever it computes.
pub(super) fn path(path: &syn::Path) -> String {
    let last = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let help = match function::find(&last) {
        Some(function) => format!("write `{}`", function.form()),
        None => format!("there are {}", function::all()),
    };
    format!("`{}` is no function of a graph\nhelp: {help}", source(path))
}

/// Why an expression is no node of a graph.
pub(super) fn expression(expression: &Expr) -> String {
    if let Some(message) = assignment(expression) {
        return message;
    }
    match expression {
        Expr::If(_) => format!("{}\nhelp: {MAX}", unrolled("if")),
        Expr::Match(_) => format!("{}\nhelp: {MAX}", unrolled("match")),
        Expr::ForLoop(_) => format!("{}\nhelp: {WRITTEN_OUT}", unrolled("for")),
        Expr::While(_) => format!("{}\nhelp: {WRITTEN_OUT}", unrolled("while")),
        Expr::Loop(_) => format!("{}\nhelp: {WRITTEN_OUT}", unrolled("loop")),
        Expr::Call(call) => self::expression(&call.func),
        Expr::Paren(inside) => self::expression(&inside.expr),
        Expr::MethodCall(call) => format!(
            "`{0}` has no type of its own\nhelp: write `{1}.{0}(…)`",
            call.method,
            source(&call.receiver)
        ),
        Expr::Closure(_) => {
            "a closure is no node of a graph\nhelp: write its expression out".to_owned()
        }
        Expr::Block(_) | Expr::Unsafe(_) | Expr::Const(_) | Expr::Async(_) => {
            "a graph has no braces inside\nhelp: write the expression in parentheses, and each \
             `let` above"
                .to_owned()
        }
        Expr::Binary(binary) => operator(binary),
        Expr::Unary(unary) => match unary.op {
            UnOp::Deref(_) => {
                format!("`*` is no operator before a value\nhelp: write `{}`", source(&unary.expr))
            }
            _ => "`!` is no operator of a graph\nhelp: write `-x` or `1.0 - x`".to_owned(),
        },
        Expr::Reference(reference) => {
            format!("a graph needs no references\nhelp: write `{}`", source(&reference.expr))
        }
        Expr::Cast(cast) => format!(
            "all numbers of a graph are of one type, which is chosen where it is used\n\
             help: write `{}`",
            source(&cast.expr)
        ),
        Expr::Field(_) | Expr::Index(_) => format!(
            "`{}` is a part of something, and no value of the graph\n\
             help: make it an input by itself",
            source(expression)
        ),
        Expr::Macro(call) => format!(
            "`{}!` is no function of a graph\nhelp: write its expression out",
            source(&call.mac.path)
        ),
        Expr::Array(_) | Expr::Repeat(_) | Expr::Tuple(_) => {
            "a graph makes no arrays\nhelp: make it an input, `x: [_]`".to_owned()
        }
        _ => format!(
            "`{}` is no node of a graph\nhelp: write it with `+`, `-`, `*`, `/` and functions",
            shortened(expression)
        ),
    }
}

/// Why `x ^ 2` and `x ** 2` are no powers, `None` for other operators.
pub(super) fn power(ExprBinary { left, op, right, .. }: &ExprBinary) -> Option<String> {
    let (written, exponent) = match (op, &**right) {
        (BinOp::BitXor(_), exponent) => ("^", exponent),
        (BinOp::Mul(_), Expr::Unary(unary)) if matches!(unary.op, UnOp::Deref(_)) => {
            ("**", &*unary.expr)
        }
        _ => return None,
    };
    // `^` binds looser than the others do: `a * x ^ 2 + y` is `(a * x) ^ (2 + y)`.
    let (base, exponent) = (last_operand(left), first_operand(exponent));
    let is_integer =
        matches!(exponent, Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Int(_)));
    let function = if is_integer { "powi" } else { "powf" };
    let (base, exponent) = (source(base), source(exponent));
    Some(format!("`{written}` is no power in Rust\nhelp: write `{base}.{function}({exponent})`"))
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
    match op {
        BinOp::Rem(_) => "`%` is no node of a graph: it has no derivative everywhere\n\
                          help: compute it outside of `graph!`, and make it an input"
            .to_owned(),
        _ => format!(
            "`{}` is no operator of a graph\n\
             help: there are `+`, `-`, `*` and `/`, and for switches `x.relu()` and `x.max(y)`",
            source(op)
        ),
    }
}

/// The first tokens of what may be long.
fn shortened(expression: &Expr) -> String {
    let trees: Vec<TokenTree> = expression.to_token_stream().into_iter().collect();
    match trees.get(..4) {
        Some(first) if trees.len() > 5 => {
            format!("{} …", source(&first.iter().cloned().collect::<proc_macro2::TokenStream>()))
        }
        _ => source(expression),
    }
}
