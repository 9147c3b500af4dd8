//! Sizes: the number of features before and after a layer.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprBinary, ExprLit, ExprUnary, Lit, LitInt, UnOp};

use crate::common::report::Report;
use crate::common::tokens::{is_mark, source};

/// A number of features: a literal, whose value is known to the macro, or a const expression, whose
/// value only the compiler knows. An image has a shape, and as many features as the product of its
/// dimensions.
#[derive(Clone)]
pub(crate) struct Size {
    expression: Expr,
    pub(crate) value: Option<u64>,
    /// Its description, if it is not in the source.
    words: Option<String>,
    /// Channels, height and width of an image; empty for flat features.
    dims: Vec<Size>,
}

impl Size {
    /// Reads a size; `of` describes what it belongs to. Reports an invalid one.
    pub(crate) fn read(expression: &Expr, of: &str, report: &mut Report) -> Option<Size> {
        let checked = match plain(expression) {
            Expr::Lit(literal) => check_literal(literal),
            expression => check_expression(expression),
        };
        let value = match checked.and_then(|()| value(expression)) {
            Ok(value) => value,
            Err(message) => {
                report.error(expression, message);
                return None;
            }
        };
        if value == Some(0) {
            let message = format!(
                "a size of `{of}` is 0, but a layer needs at least 1\nhelp: write `1` or more"
            );
            report.error(expression, message);
            return None;
        }
        Some(Size { expression: expression.clone(), value, words: None, dims: Vec::new() })
    }

    /// A size that the macro computed.
    pub(crate) fn known(value: u64) -> Size {
        let literal = Literal::u64_unsuffixed(value);
        Size {
            expression: Expr::Verbatim(quote!(#literal)),
            value: Some(value),
            words: None,
            dims: Vec::new(),
        }
    }

    /// A size that the compiler evaluates from `tokens`, with its description.
    pub(crate) fn evaluated(tokens: TokenStream, words: String) -> Size {
        Size {
            expression: Expr::Verbatim(tokens),
            value: None,
            words: Some(words),
            dims: Vec::new(),
        }
    }

    /// The sum of the sizes of concatenated values.
    pub(crate) fn sum(sizes: Vec<Size>) -> Size {
        if let [size] = &sizes[..] {
            return size.clone();
        }
        let values = sizes.iter().map(|size| size.value);
        let total = values.reduce(|sum, value| sum?.checked_add(value?)).flatten();
        let words: Vec<String> = sizes.iter().map(Size::to_string).collect();
        let expression = quote!(#(#sizes)+*);
        Size {
            expression: Expr::Verbatim(expression),
            value: total,
            words: Some(words.join(" + ")),
            dims: Vec::new(),
        }
    }

    /// The features of a value with these dimensions.
    pub(crate) fn shaped(dims: Vec<Size>) -> Size {
        let values = dims.iter().map(|size| size.value);
        let product = values.reduce(|product, value| product?.checked_mul(value?)).flatten();
        let words: Vec<String> = dims.iter().map(Size::to_string).collect();
        Size {
            expression: Expr::Verbatim(quote!(#(#dims)**)),
            value: product,
            words: Some(words.join("×")),
            dims,
        }
    }

    /// The dimensions: channels, height and width of an image. Empty for flat features.
    pub(crate) fn dims(&self) -> &[Size] {
        &self.dims
    }

    /// The same number of features without a shape.
    pub(crate) fn flat(&self) -> Size {
        if self.dims.is_empty() {
            return self.clone();
        }
        match self.value {
            Some(value) => Size::known(value),
            None => Size { dims: Vec::new(), ..self.clone() },
        }
    }

    /// Returns whether it is in the source of the declaration.
    pub(crate) fn is_written(&self) -> bool {
        self.words.is_none() || self.value.is_some()
    }

    /// Returns whether both are certainly equal, in each dimension: by value, or by source.
    pub(crate) fn is_same(&self, other: &Size) -> bool {
        if !self.dims.is_empty() || !other.dims.is_empty() {
            return self.dims.len() == other.dims.len()
                && self.dims.iter().zip(&other.dims).all(|(one, other)| one.is_same(other));
        }
        match (self.value, other.value) {
            (Some(one), Some(other)) => one == other,
            _ => self.to_string() == other.to_string(),
        }
    }

    /// As a generic argument: `50`, or `{ 2 * HIDDEN }`.
    pub(crate) fn as_argument(&self) -> TokenStream {
        match (self.literal(), &self.expression) {
            (Some(literal), _) => literal.to_token_stream(),
            (None, expression @ Expr::Block(_)) => expression.to_token_stream(),
            // In statement position, the block would end the statement.
            (None, expression) if begins_with_block(expression) => quote!({ (#expression) }),
            (None, expression) => quote!({ #expression }),
        }
    }

    /// The value as a literal, if it is known. It has the user's span unless it was computed, since
    /// documentation shows the source at the span.
    fn literal(&self) -> Option<Literal> {
        let mut literal = Literal::u64_unsuffixed(self.value?);
        if let Expr::Lit(written) = plain(&self.expression) {
            literal.set_span(written.span());
        }
        Some(literal)
    }

    /// The source tokens, to be underlined.
    pub(crate) fn shown(&self) -> &Expr {
        &self.expression
    }
}

/// The first and the last span of tokens.
pub(crate) fn spans(tokens: TokenStream) -> (Span, Span) {
    let mut spans = tokens.into_iter().map(|tree| tree.span());
    let first = spans.next().unwrap_or_else(Span::mixed_site);
    (first, spans.last().unwrap_or(first))
}

/// As an expression. A const expression becomes the length of an array, so that its type is `usize`
/// in every context. If it has another type or is undefined, all copies of the error are then
/// equal, and the compiler prints it once.
impl ToTokens for Size {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self.literal() {
            Some(literal) => literal.to_token_stream(),
            None => {
                let length = self.as_argument();
                quote!([(); #length].len())
            }
        });
    }
}

/// As in the source; literals without underscores and suffix.
impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let (Some(words), true) = (&self.words, self.value.is_none() || !self.dims.is_empty()) {
            return f.write_str(words);
        }
        match (plain(&self.expression), self.value) {
            (Expr::Lit(_) | Expr::Verbatim(_), Some(value)) => value.fmt(f),
            _ => f.write_str(&source(&self.expression)),
        }
    }
}

/// Returns whether the first operand of an expression is a block: `{ 1 } + N`.
fn begins_with_block(expression: &Expr) -> bool {
    let first = match expression {
        Expr::Binary(binary) => &binary.left,
        Expr::Call(call) => &call.func,
        Expr::Cast(cast) => &cast.expr,
        Expr::Field(field) => &field.base,
        Expr::Index(index) => &index.expr,
        Expr::MethodCall(call) => &call.receiver,
        _ => return false,
    };
    let is_block =
        matches!(**first, Expr::Block(_) | Expr::Const(_) | Expr::If(_) | Expr::Match(_));
    is_block || begins_with_block(first)
}

/// Removes brackets around an expression.
pub(crate) fn plain(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(paren) => plain(&paren.expr),
        Expr::Group(group) => plain(&group.expr),
        expression => expression,
    }
}

/// Evaluates literals and their sums and products. `None` if only the compiler knows the value; an
/// error if there cannot be one.
fn value(expression: &Expr) -> Result<Option<u64>, String> {
    match plain(expression) {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => Ok(int.base10_parse().ok()),
        Expr::Binary(binary) => match (value(&binary.left)?, value(&binary.right)?) {
            (Some(left), Some(right)) => compute(binary, left, right),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Evaluates a binary operation on two values.
fn compute(binary: &ExprBinary, left: u64, right: u64) -> Result<Option<u64>, String> {
    let (value, mistake) = match binary.op {
        BinOp::Add(_) => (left.checked_add(right), TOO_MUCH),
        BinOp::Mul(_) => (left.checked_mul(right), TOO_MUCH),
        BinOp::Sub(_) => (left.checked_sub(right), BELOW_0),
        BinOp::Div(_) => (left.checked_div(right), BY_0),
        BinOp::Rem(_) => (left.checked_rem(right), BY_0),
        _ => return Ok(None),
    };
    value.map(Some).ok_or_else(|| format!("`{}` {mistake}", source(binary)))
}

const TOO_MUCH: &str = "is more than any memory holds\nhelp: write a smaller size";
const BELOW_0: &str = "is less than 0, but a size is at least 1\nhelp: write a size of 1 or more";
const BY_0: &str = "divides by 0\nhelp: divide by 1 or more, or leave the division out";

/// Rejects literals that are not a number of features.
fn check_literal(literal: &ExprLit) -> Result<(), String> {
    match &literal.lit {
        Lit::Int(int) => check_integer(int),
        Lit::Float(float) => {
            let whole = float.base10_parse::<f64>().ok().filter(|value| value.fract() == 0.0);
            let help = match whole {
                Some(value) if (1.0..1e15).contains(&value) => format!("write `{value}`"),
                _ => "write a whole number, `784` say".to_owned(),
            };
            Err(format!("a size is a whole number, but `{float}` is not\nhelp: {help}"))
        }
        Lit::Str(text) => {
            let help = match text.value().trim().parse::<u64>() {
                Ok(value) => format!("write `{value}`"),
                Err(_) => "write a whole number, `784` say".to_owned(),
            };
            let text = text.to_token_stream();
            Err(format!("a size is a whole number, but `{text}` is a string\nhelp: {help}"))
        }
        other => Err(format!(
            "a size is a whole number, but `{}` is not\nhelp: write a whole number, `784` say",
            source(other)
        )),
    }
}

fn check_integer(int: &LitInt) -> Result<(), String> {
    let digits = int.base10_digits();
    if let Some(product) = product(int) {
        let int = int.to_token_stream();
        return Err(format!("`{int}` is not a number\nhelp: write `{product}`"));
    }
    if !matches!(int.suffix(), "" | "usize") {
        return Err(format!(
            "a size is a `usize`, but `{int}` is a `{}`\nhelp: write `{digits}`",
            int.suffix()
        ));
    }
    match int.base10_parse::<u64>() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("no memory holds `{digits}` numbers\nhelp: write a smaller size")),
    }
}

/// Returns `28 * 28` for `28x28`, which Rust parses as a number with a suffix.
fn product(int: &LitInt) -> Option<String> {
    let factors: Vec<&str> = int.suffix().strip_prefix('x')?.split('x').collect();
    let is_number =
        |factor: &&str| !factor.is_empty() && factor.bytes().all(|byte| byte.is_ascii_digit());
    let all = factors.iter().all(is_number);
    all.then(|| format!("{} * {}", int.base10_digits(), factors.join(" * ")))
}

/// Rejects expressions that cannot be a number of features, whatever their names refer to.
fn check_expression(expression: &Expr) -> Result<(), String> {
    check_names(expression.to_token_stream())?;
    match expression {
        Expr::Path(path) if path.path.get_ident().is_some_and(is_keyword) => Err(format!(
            "a size is a whole number or a const expression, but `{}` is a keyword\n\
             help: write `784` or `HIDDEN`, say",
            source(path)
        )),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => Err(format!(
            "a size cannot be negative, but `{}` is\nhelp: write `{}`",
            source(expression),
            source(expr)
        )),
        Expr::Infer(_) => Err("a size that is to be inferred is left out\n\
                               help: write `Affine(50)`, with the outputs only"
            .to_owned()),
        Expr::Assign(_) => Err("sizes have no names: the inputs stand before the outputs\n\
                                help: write `Affine(784, 50)`, say"
            .to_owned()),
        Expr::Binary(_)
        | Expr::Block(_)
        | Expr::Call(_)
        | Expr::Cast(_)
        | Expr::Const(_)
        | Expr::Field(_)
        | Expr::If(_)
        | Expr::Index(_)
        | Expr::Macro(_)
        | Expr::Match(_)
        | Expr::MethodCall(_)
        | Expr::Path(_)
        | Expr::Unary(_) => Ok(()),
        other => Err(format!(
            "a size is a whole number or a const expression, but `{}` is neither\n\
             help: write `784` or `HIDDEN`, say",
            source(other)
        )),
    }
}

/// Returns whether a name is a keyword that begins a path.
fn is_keyword(name: &Ident) -> bool {
    ["crate", "self", "super"].iter().any(|keyword| name == keyword)
}

/// Rejects names that have a different meaning in the generated code.
pub(crate) fn check_names(stream: TokenStream) -> Result<(), String> {
    let mut open = vec![stream];
    while let Some(stream) = open.pop() {
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            let is_path = matches!(trees.peek(), Some(next) if is_mark(next, ':'));
            match &tree {
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Ident(name) if name == "Self" => {
                    return Err("`Self` in a size would mean the network\n\
                                help: name the type, or a constant outside"
                        .to_owned());
                }
                // `crate(1)` would be parsed as a visibility.
                TokenTree::Ident(name) if name == "crate" && !is_path => {
                    return Err("`crate` is a keyword, with which a path begins\n\
                                help: write `crate::HIDDEN`, say"
                        .to_owned());
                }
                _ => {}
            }
        }
    }
    Ok(())
}
