//! Sizes: the number of features before and after a layer.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprBinary, ExprLit, ExprUnary, Lit, LitInt, UnOp};

use crate::common::generated;
use crate::common::report::Report;
use crate::common::tokens::{is_mark, source};
use crate::network::parameters::Parameters;

/// A number of features: a literal, whose value is known to the macro, or a const expression, whose
/// value only the compiler knows. An image or a sequence has a shape, and as many features as the
/// product of its dimensions.
#[derive(Clone)]
pub(crate) struct Size {
    expression: Expr,
    pub(crate) value: Option<u64>,
    /// Its description, if it is not in the source.
    words: Option<String>,
    /// Channels, height and width of an image; time and features of a sequence; channels and length of
    /// a signal; time alone for indices; empty for flat features.
    dims: Vec<Size>,
    /// For indices, how many different ones there are.
    below: Option<Box<Size>>,
    /// The shape as an expression of type `Shape`, if only the compiler knows how many dimensions
    /// there are.
    open: Option<TokenStream>,
    /// Whether two dimensions are channels and length, not time and features.
    is_signal: bool,
    /// Whether it is the length of a padded sequence.
    is_length: bool,
    pub(crate) depends: Depends,
}

/// The most dimensions of a value, as in the runtime.
pub(crate) const MOST_DIMS: usize = 6;

/// What the value of a size depends on, in a layer with parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depends {
    /// On constants only. So does every size of a network.
    Constants,
    /// It is a parameter.
    Parameter,
    /// It is computed from parameters.
    Parameters,
    /// It is defined by the type of a layer, one of whose arguments depends on parameters.
    Types,
}

impl Depends {
    /// What a size that is computed from several depends on.
    pub(crate) fn of<'s>(sizes: impl IntoIterator<Item = &'s Size>) -> Depends {
        let most = sizes.into_iter().map(|size| size.depends).max();
        match most.unwrap_or(Depends::Constants) {
            Depends::Parameter => Depends::Parameters,
            depends => depends,
        }
    }
}

impl Size {
    /// Reads a size, which may contain parameters. Reports an invalid one.
    pub(crate) fn read(
        expression: &Expr,
        parameters: &Parameters,
        report: &mut Report,
    ) -> Option<Size> {
        let local = local(expression).filter(|local| parameters.place(local).is_none());
        if let Some(local) = local {
            report.error_once(
                local,
                format!(
                    "expected a constant, found variable `{local}`\n\
                     help: define `const {}: usize`, or write `self::{local}` for a constant of this \
                     name",
                    local.to_string().to_uppercase()
                ),
            );
            return None;
        }
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
            let written = source(expression);
            let found = if written == "0" { "`0`".to_owned() } else { format!("`{written}` = 0") };
            let message =
                format!("expected a size of at least 1, found {found}\nhelp: write `1` or more");
            report.error(expression, message);
            return None;
        }
        let depends = match plain(expression) {
            Expr::Path(path)
                if path.path.get_ident().is_some_and(|name| parameters.place(name).is_some()) =>
            {
                Depends::Parameter
            }
            _ if parameters.are_in(expression.to_token_stream()) => Depends::Parameters,
            _ => Depends::Constants,
        };
        Some(Size { depends, ..Size::new(expression.clone(), value, None) })
    }

    /// Flat features that depend on constants.
    fn new(expression: Expr, value: Option<u64>, words: Option<String>) -> Size {
        let (dims, depends) = (Vec::new(), Depends::Constants);
        let (below, open, is_signal, is_length) = (None, None, false, false);
        Size { expression, value, words, dims, below, open, is_signal, is_length, depends }
    }

    /// A size that the macro computed.
    pub(crate) fn known(value: u64) -> Size {
        let literal = Literal::u64_unsuffixed(value);
        Size::new(Expr::Verbatim(quote!(#literal)), Some(value), None)
    }

    /// A size that the compiler evaluates from `tokens`, with its description.
    pub(crate) fn evaluated(tokens: TokenStream, words: String, depends: Depends) -> Size {
        Size { depends, ..Size::new(Expr::Verbatim(tokens), None, Some(words)) }
    }

    /// A size whose number of dimensions only the compiler knows: the features, and the shape.
    pub(crate) fn open(
        features: TokenStream,
        shape: TokenStream,
        words: String,
        depends: Depends,
    ) -> Size {
        Size { open: Some(shape), ..Size::evaluated(features, words, depends) }
    }

    /// The sum of the sizes of concatenated values.
    pub(crate) fn sum(sizes: Vec<Size>) -> Size {
        if let [size] = &sizes[..] {
            return size.clone();
        }
        let values = sizes.iter().map(|size| size.value);
        let total = values.reduce(|sum, value| sum?.checked_add(value?)).flatten();
        let words: Vec<String> = sizes.iter().map(Size::to_string).collect();
        let depends = Depends::of(&sizes);
        let expression = Expr::Verbatim(quote!(#(#sizes)+*));
        Size { depends, ..Size::new(expression, total, Some(words.join(" + "))) }
    }

    /// The features of a value with these dimensions.
    pub(crate) fn shaped(dims: Vec<Size>) -> Size {
        let values = dims.iter().map(|size| size.value);
        let product = values.reduce(|product, value| product?.checked_mul(value?)).flatten();
        let words: Vec<String> = dims.iter().map(Size::to_string).collect();
        let factors = dims.iter().map(ToTokens::to_token_stream);
        let expression = factors.reduce(|product, factor| quote!(#product * #factor));
        let expression = Expr::Verbatim(expression.unwrap_or_default());
        let depends = Depends::of(&dims);
        Size { dims, depends, ..Size::new(expression, product, Some(words.join("×"))) }
    }

    /// Indices: `[64] of 65` are 64 numbers from 0 to 64.
    pub(crate) fn indices(time: Size, below: Size) -> Size {
        Size { below: Some(Box::new(below)), ..Size::shaped(vec![time]) }
    }

    /// The length of a padded sequence of at most `time` steps.
    pub(crate) fn length(time: &Size) -> Size {
        let below = Size::sum(vec![time.clone(), Size::known(1)]);
        Size { below: Some(Box::new(below)), is_length: true, ..Size::known(1) }
    }

    /// Returns whether it is the length of a padded sequence.
    pub(crate) fn is_length(&self) -> bool {
        self.is_length
    }

    /// For indices, how many different ones there are.
    pub(crate) fn below(&self) -> Option<&Size> {
        self.below.as_deref()
    }

    /// The same size of two dimensions as channels and length: a signal, whose channels are read as
    /// those of an image.
    pub(crate) fn into_signal(self) -> Size {
        Size { is_signal: self.dims.len() == 2, ..self }
    }

    /// Returns whether two dimensions are channels and length.
    pub(crate) fn is_signal(&self) -> bool {
        self.is_signal
    }

    /// Channels, height and width; a signal is an image of height 1. `None` for other values.
    pub(crate) fn as_image(&self) -> Option<[Size; 3]> {
        match &self.dims[..] {
            [channels, length] => Some([channels.clone(), Size::known(1), length.clone()]),
            [channels, height, width] => Some([channels.clone(), height.clone(), width.clone()]),
            _ => None,
        }
    }

    /// Time and features, of a sequence.
    pub(crate) fn sequence(&self) -> Option<(&Size, &Size)> {
        match &self.dims[..] {
            [time, features] if !self.is_signal => Some((time, features)),
            _ => None,
        }
    }

    /// The features of each step of a sequence; otherwise all features.
    pub(crate) fn of_step(&self) -> Size {
        match (&self.open, self.sequence()) {
            (Some(shape), _) => {
                let words = format!("{self} per step");
                Size::evaluated(quote!(#shape.of_step()), words, Depends::of([self]))
            }
            (None, Some((_, features))) => features.clone(),
            (None, None) => self.clone(),
        }
    }

    /// The number of steps of a sequence, or of indices; of a value whose shape only the compiler knows,
    /// 1 if it turns out not to be a sequence.
    pub(crate) fn steps(&self) -> Option<Size> {
        match (&self.open, &self.dims[..]) {
            (Some(shape), _) => {
                let words = format!("{self} in steps");
                Some(Size::evaluated(quote!(#shape.steps()), words, Depends::of([self])))
            }
            (None, [time]) => Some(time.clone()),
            (None, _) => self.sequence().map(|(time, _)| time.clone()),
        }
    }

    /// The size with these features in each step, of the same sequence or of flat features.
    pub(crate) fn with_features(&self, features: Size) -> Size {
        let Some(steps) = self.steps() else { return features };
        let Some(shape) = &self.open else { return Size::shaped(vec![steps, features]) };
        let words = format!("{self} with {features} per step");
        let depends = Depends::of([self, &features]);
        let shape = quote!(#shape.with_features(#features));
        Size::open(quote!(#steps * #features), shape, words, depends)
    }

    /// The dimensions: channels, height and width of an image; time and features of a sequence; time
    /// alone for indices. Empty for flat features, and if only the compiler knows how many there are.
    pub(crate) fn dims(&self) -> &[Size] {
        &self.dims
    }

    /// The shape, if only the compiler knows how many dimensions there are.
    pub(crate) fn open_shape(&self) -> Option<&TokenStream> {
        self.open.as_ref()
    }

    /// Returns whether it certainly has one dimension.
    pub(crate) fn is_flat(&self) -> bool {
        self.dims.is_empty() && self.open.is_none()
    }

    /// The shape as an expression of type `Shape`.
    pub(crate) fn shape(&self, runtime: &TokenStream) -> TokenStream {
        let shape = quote!(#runtime::layers::Shape);
        match (&self.open, &self.dims[..]) {
            (Some(open), _) => open.clone(),
            (None, []) => quote!(#shape::flat(#self)),
            (None, dims) if self.is_signal => quote!(#shape::new(&[#(#dims),*]).into_signal()),
            (None, dims) => quote!(#shape::new(&[#(#dims),*])),
        }
    }

    /// The dimension at an index of a size whose shape only the compiler knows.
    pub(crate) fn open_dim(&self, at: usize) -> Size {
        let (shape, at) = (&self.open, Literal::usize_unsuffixed(at));
        Size::evaluated(quote!(#shape.size(#at)), format!("{self}[{at}]"), Depends::of([self]))
    }

    /// Its value if that is known, or its shape.
    pub(crate) fn evaluated_or_shape(&self) -> String {
        match self.value {
            Some(value) if self.dims.is_empty() => value.to_string(),
            _ => self.to_string(),
        }
    }

    /// The same number of features without a shape.
    pub(crate) fn flat(&self) -> Size {
        if self.is_flat() {
            return self.clone();
        }
        match self.value {
            Some(value) => Size::known(value),
            None => Size { dims: Vec::new(), below: None, open: None, ..self.clone() },
        }
    }

    /// Returns whether it is in the source of the declaration.
    pub(crate) fn is_written(&self) -> bool {
        self.words.is_none() || self.value.is_some()
    }

    /// Returns whether it is a number in the source of the declaration.
    pub(crate) fn is_literal(&self) -> bool {
        matches!(plain(&self.expression), Expr::Lit(_))
    }

    /// Returns whether both are certainly equal, in each dimension: by value, or by source.
    pub(crate) fn is_same(&self, other: &Size) -> bool {
        if !self.dims.is_empty() || !other.dims.is_empty() {
            return self.dims.len() == other.dims.len()
                && self.dims.iter().zip(&other.dims).all(|(one, other)| one.is_same(other));
        }
        match (self.value, other.value) {
            (Some(one), Some(other)) => one == other,
            _ => {
                self.open.is_some() == other.open.is_some() && self.to_string() == other.to_string()
            }
        }
    }

    /// The name of the further parameter for a size that is computed from parameters: a placeholder,
    /// the same for the same source. An expression of parameters cannot be a generic argument.
    pub(crate) fn further_parameter(&self) -> Option<Ident> {
        if self.depends < Depends::Parameters || self.value.is_some() {
            return None;
        }
        Some(generated::placeholder('N', &self.to_string()))
    }

    /// As a generic argument: `50`, or `{ 2 * HIDDEN }`.
    pub(crate) fn as_argument(&self) -> TokenStream {
        if let Some(parameter) = self.further_parameter() {
            return parameter.to_token_stream();
        }
        match (self.literal(), &self.expression) {
            (_, parameter) if self.depends == Depends::Parameter => parameter.to_token_stream(),
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

/// The first name in lower case among the operands: a variable, which no size can use.
fn local(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Path(path) => path
            .path
            .get_ident()
            .filter(|name| !is_keyword(name) && name.to_string().starts_with(char::is_lowercase)),
        Expr::Binary(binary) => local(&binary.left).or_else(|| local(&binary.right)),
        Expr::Cast(cast) => local(&cast.expr),
        Expr::Group(group) => local(&group.expr),
        Expr::Paren(paren) => local(&paren.expr),
        Expr::Unary(unary) => local(&unary.expr),
        _ => None,
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
        let expression = &self.expression;
        tokens.extend(match (self.literal(), self.depends) {
            (Some(literal), _) => literal.to_token_stream(),
            (None, Depends::Constants) => {
                let length = self.as_argument();
                quote!([(); #length].len())
            }
            (None, Depends::Parameter) => expression.to_token_stream(),
            // The length of an array cannot depend on parameters.
            (None, Depends::Parameters | Depends::Types) => quote!((#expression)),
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
    let (value, mistake): (_, fn(&str) -> String) = match binary.op {
        BinOp::Add(_) => (left.checked_add(right), too_large),
        BinOp::Mul(_) => (left.checked_mul(right), too_large),
        BinOp::Sub(_) => (left.checked_sub(right), below_0),
        BinOp::Div(_) => (left.checked_div(right), division_by_0),
        BinOp::Rem(_) => (left.checked_rem(right), division_by_0),
        BinOp::Shl(_) => {
            let factor = u32::try_from(right).ok().and_then(|right| 2_u64.checked_pow(right));
            (factor.and_then(|factor| left.checked_mul(factor)), too_large)
        }
        _ => return Ok(None),
    };
    value.map(Some).ok_or_else(|| mistake(&source(binary)))
}

fn too_large(size: &str) -> String {
    format!("size `{size}` is too large\nhelp: write a smaller size")
}

fn below_0(size: &str) -> String {
    format!("expected a size of at least 1, but `{size}` is negative\nhelp: write `1` or more")
}

fn division_by_0(size: &str) -> String {
    format!("`{size}` divides by zero\nhelp: divide by 1 or more, or remove the division")
}

/// Rejects literals that are not a number of features.
fn check_literal(literal: &ExprLit) -> Result<(), String> {
    match &literal.lit {
        Lit::Int(int) => check_integer(int),
        Lit::Float(float) => {
            let whole = float.base10_parse::<f64>().ok().filter(|value| value.fract() == 0.0);
            let help = match whole {
                Some(value) if (1.0..1e15).contains(&value) => format!("write `{value}`"),
                _ => AN_INTEGER.to_owned(),
            };
            Err(format!("expected an integer, found `{float}`\nhelp: {help}"))
        }
        Lit::Str(text) => {
            let help = match text.value().trim().parse::<u64>() {
                Ok(value) => format!("write `{value}`"),
                Err(_) => AN_INTEGER.to_owned(),
            };
            let text = text.to_token_stream();
            Err(format!("expected an integer, found string `{text}`\nhelp: {help}"))
        }
        other => Err(format!("expected an integer, found `{}`\nhelp: {AN_INTEGER}", source(other))),
    }
}

/// Help for a literal that is not an integer.
const AN_INTEGER: &str = "write an integer, for example `784`";

/// Help for an expression that is not a size.
const A_SIZE: &str = "write one, for example `784` or `HIDDEN`";

fn check_integer(int: &LitInt) -> Result<(), String> {
    let digits = int.base10_digits();
    if let Some(product) = product(int) {
        let int = int.to_token_stream();
        return Err(format!("invalid integer `{int}`\nhelp: write `{product}`"));
    }
    if !matches!(int.suffix(), "" | "usize") {
        return Err(format!(
            "expected an integer of type `usize`, found `{int}`\nhelp: write `{digits}`"
        ));
    }
    match int.base10_parse::<u64>() {
        Ok(_) => Ok(()),
        Err(_) => Err(too_large(digits)),
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
            "expected an integer or a constant, found keyword `{}`\nhelp: {A_SIZE}",
            source(path)
        )),
        Expr::Binary(binary) if power(binary).is_some() => {
            let (mark, product) = power(binary).unwrap_or_default();
            Err(format!("`{mark}` is not a power operator in Rust\nhelp: write `{product}`"))
        }
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => Err(format!(
            "expected a size of at least 1, found `{}`\nhelp: write `{}`",
            source(expression),
            source(expr)
        )),
        Expr::Infer(_) => Err("`_` is not supported as a size\n\
                               help: write the outputs only, for example `Affine(50)`: the inputs \
                               are inferred"
            .to_owned()),
        Expr::Assign(_) => Err("sizes have no names\n\
                                help: write the inputs before the outputs, for example \
                                `Affine(784, 50)`"
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
            "expected an integer or a constant, found `{}`\nhelp: {A_SIZE}",
            source(other)
        )),
    }
}

/// The operator and the product that was meant by `28 ^ 2` or `28 ** 2`: `28 * 28`.
fn power(ExprBinary { left, op, right, .. }: &ExprBinary) -> Option<(&'static str, String)> {
    let (mark, exponent) = match (op, &**right) {
        (BinOp::BitXor(_), exponent) => ("^", exponent),
        (BinOp::Mul(_), Expr::Unary(ExprUnary { op: UnOp::Deref(_), expr, .. })) => ("**", &**expr),
        _ => return None,
    };
    let (base, exponent) = (source(left), source(exponent));
    let product = match exponent.parse() {
        Ok(count @ 1..=4) => vec![base; count].join(" * "),
        _ => format!("usize::pow({base}, {exponent})"),
    };
    Some((mark, product))
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
                    return Err("`Self` is not supported in a size\n\
                                help: name the type, or use a constant outside of it"
                        .to_owned());
                }
                // `crate(1)` would be parsed as a visibility.
                TokenTree::Ident(name) if name == "crate" && !is_path => {
                    return Err("expected `::` after keyword `crate`\n\
                                help: write a path, for example `crate::HIDDEN`"
                        .to_owned());
                }
                _ => {}
            }
        }
    }
    Ok(())
}
