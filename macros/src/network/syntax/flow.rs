//! Flows: a value, and the layers that it passes through.
//!
//! ```text
//! flow    = sum , { "->" , layer } ;
//! sum     = product , { "+" , product } ;
//! product = factor , { "*" , factor } ;
//! factor  = NAME | "(" , flow , "," , flow , ")" | "(" , flow , ")" | "concat" , "(" , flow , "," , flow , … , ")" ;
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;

use crate::common::report::Report;
use crate::common::tokens::{ArrowKind, Tokens, ends, is_mark, source, split_at_commas};
use crate::network::registry;
use crate::network::syntax::ast::{Arrow, Segment, is_library};
use crate::network::syntax::chain::{
    loss_place, parse_arrow, parse_segments, report_nothing_after,
};
use crate::network::syntax::functional;

/// `value -> layer -> …`
pub(crate) struct Flow {
    pub(crate) value: Value,
    pub(crate) segments: Vec<Segment>,
}

/// The beginning of a flow.
pub(crate) enum Value {
    /// A name that was defined before.
    Name(Ident),
    /// A flow in parentheses.
    Inner(Box<Flow>),
    /// Values that are joined. The tokens are the whole source, to be underlined.
    Combine(Combine, Vec<Flow>, TokenStream),
    /// A value that was reported as invalid.
    Mistake,
}

/// How values are joined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Combine {
    /// `a + b`, elementwise.
    Sum,
    /// `a * b`, elementwise.
    Product,
    /// `concat(a, b)`, concatenated.
    Concat,
    /// `(query, memory)`, the two sequences of an attention.
    Pair,
    /// `(a, b)`, the concatenated outputs of a network with several.
    Outputs,
}

impl Value {
    /// The source; `None` for an invalid value.
    pub(crate) fn written(&self) -> Option<TokenStream> {
        match self {
            Value::Name(name) => Some(name.to_token_stream()),
            Value::Combine(_, _, written) => Some(written.clone()),
            Value::Inner(flow) => flow.written(),
            Value::Mistake => None,
        }
    }
}

impl Flow {
    /// The layers in source order, including those of nested flows.
    pub(crate) fn all_segments(&self) -> Vec<&Segment> {
        let within: &[Flow] = match &self.value {
            Value::Inner(flow) => std::slice::from_ref(flow),
            Value::Combine(_, flows, _) => flows,
            Value::Name(_) | Value::Mistake => &[],
        };
        within.iter().flat_map(Flow::all_segments).chain(&self.segments).collect()
    }

    /// The names of the values that it reads.
    pub(crate) fn names(&self) -> Vec<&Ident> {
        match &self.value {
            Value::Name(name) => vec![name],
            Value::Inner(flow) => flow.names(),
            Value::Combine(_, flows, _) => flows.iter().flat_map(Flow::names).collect(),
            Value::Mistake => Vec::new(),
        }
    }

    /// The source; `None` for an invalid value.
    pub(crate) fn written(&self) -> Option<TokenStream> {
        let layers = self.segments.iter().map(Segment::written);
        self.value.written().map(|value| std::iter::once(value).chain(layers).collect())
    }

    fn of(value: Value) -> Flow {
        Flow { value, segments: Vec::new() }
    }

    /// Rejects a loss within a flow: it belongs at the end of the network.
    fn without_loss(mut self, report: &mut Report) -> Flow {
        let end = loss_place(&self.segments);
        let rest = self.segments.split_off(end);
        let tokens: Vec<TokenTree> = rest.iter().flat_map(Segment::written).collect();
        if !rest.is_empty() {
            let found = source(&tokens.iter().cloned().collect::<TokenStream>());
            let message =
                format!("unexpected loss `{found}` in a value\nhelp: move it to the last line");
            report.error(ends(&tokens), message);
        }
        self
    }
}

/// Brackets nested deeper than this could overflow the stack.
const DEEPEST: usize = 50;

/// Parses the remaining tokens as a flow without a loss. `line` is the source before it, where a
/// missing flow is reported.
pub(crate) fn parse_value(
    tokens: &mut Tokens,
    line: &TokenStream,
    depth: usize,
    report: &mut Report,
) -> Flow {
    let (flow, trailing) = parse_flow(tokens, line, depth, report);
    if let Some(arrow) = trailing {
        report_nothing_after(&arrow, report);
    }
    flow.without_loss(report)
}

/// Parses the remaining tokens as a flow, and returns a trailing arrow.
pub(crate) fn parse_flow(
    tokens: &mut Tokens,
    line: &TokenStream,
    depth: usize,
    report: &mut Report,
) -> (Flow, Option<Arrow>) {
    if tokens.is_empty() {
        let message = "missing value\nhelp: write one, for example `x -> Affine(64)`";
        report.error(line, message);
        return (Flow::of(Value::Mistake), None);
    }
    if depth > DEEPEST {
        let message = "value is nested too deeply\nhelp: split it into several `let name = …;`";
        report.error(tokens.peek(0), message);
        tokens.take(tokens.rest().len());
        return (Flow::of(Value::Mistake), None);
    }
    let start = tokens.position();
    let value = parse_sum(tokens, depth, report);
    if tokens.is_empty() {
        return (Flow::of(value), None);
    }
    let written = tokens.since(start).to_vec();
    let Some(arrow) = begin(tokens, &value, &written, report) else {
        return (Flow::of(Value::Mistake), None);
    };
    let (segments, trailing) = parse_segments(tokens, Some(arrow), report);
    (Flow { value, segments }, trailing)
}

/// Parses the first arrow of a flow; `written` is the value before it.
fn begin(
    tokens: &mut Tokens,
    value: &Value,
    written: &[TokenTree],
    report: &mut Report,
) -> Option<Arrow> {
    let found = source(&written.iter().cloned().collect::<TokenStream>());
    if tokens.arrow().is_none() && (tokens.is_punct(0, '-') || tokens.is_punct(0, '/')) {
        let verb = if tokens.is_punct(0, '-') { "subtracted" } else { "divided" };
        let other = if verb == "divided" { "*" } else { "+" };
        let message = format!(
            "values cannot be {verb}\n\
             help: write `{other}`, since layers learn signs and scales, or `concat(a, b)`"
        );
        report.error(tokens.next(), message);
        tokens.take(tokens.rest().len());
        return None;
    }
    let is_open = matches!(value, Value::Combine(Combine::Sum | Combine::Product, ..));
    if is_open && written.len() > 1 && tokens.arrow() == Some(ArrowKind::Layer) {
        let message = format!(
            "missing parentheses around `{found}` before `->`\n\
             help: write `({found}) -> …`"
        );
        report.error(ends(written), message);
    }
    parse_arrow(tokens, report)
}

fn parse_sum(tokens: &mut Tokens, depth: usize, report: &mut Report) -> Value {
    parse_combined(tokens, '+', Combine::Sum, report, |tokens, report| {
        parse_combined(tokens, '*', Combine::Product, report, |tokens, report| {
            parse_factor(tokens, depth, report)
        })
    })
}

/// Parses operands separated by `mark`.
fn parse_combined(
    tokens: &mut Tokens,
    mark: char,
    combine: Combine,
    report: &mut Report,
    operand: impl Fn(&mut Tokens, &mut Report) -> Value,
) -> Value {
    let start = tokens.position();
    let first = operand(tokens, report);
    if !tokens.is_punct(0, mark) {
        return first;
    }
    let mut operands = vec![Flow::of(first)];
    while tokens.is_punct(0, mark) {
        let sign = tokens.next();
        if tokens.is_empty() || tokens.arrow().is_some() {
            let message =
                format!("missing value after `{mark}`\nhelp: write one, or remove the `{mark}`");
            report.error(sign, message);
            return Value::Mistake;
        }
        operands.push(Flow::of(operand(tokens, report)));
    }
    Value::Combine(combine, operands, tokens.since(start).iter().cloned().collect())
}

fn parse_factor(tokens: &mut Tokens, depth: usize, report: &mut Report) -> Value {
    if let Some(group) = tokens.group(0).cloned() {
        tokens.next();
        return parse_group(&group, depth, report);
    }
    if tokens.ident(0).is_some_and(|word| word == "concat")
        && let Some(group) = tokens.group(1).cloned()
    {
        let written = tokens.take(2);
        return parse_concat(&group, written, depth, report);
    }
    if let Some((count, message)) = combining_function(tokens) {
        let name: Vec<TokenTree> = tokens.take(count).into_iter().collect();
        report.error(ends(&name), message);
        tokens.next();
        return Value::Mistake;
    }
    let is_layer = tokens.is_path_separator(1)
        || (tokens.is_punct(1, '.') && tokens.ident(2).is_some())
        || tokens.group(1).is_some()
        || tokens.is_punct(1, ':')
        || tokens.ident(0).is_some_and(|name| registry::find(&name.to_string()).is_some());
    match tokens.ident(0).cloned() {
        Some(name) if !is_layer => {
            tokens.next();
            Value::Name(name)
        }
        _ => {
            reject_value(tokens, is_layer, report);
            Value::Mistake
        }
    }
}

/// The message for `cat(x, h)`, `torch.add(x, h)` and the like, and the number of tokens of its name;
/// `None` for other tokens.
fn combining_function(tokens: &Tokens) -> Option<(usize, String)> {
    let is_path = tokens.ident(0).is_some_and(|first| is_library(&first.to_string()));
    let at = match is_path {
        true if tokens.is_punct(1, '.') => 2,
        true if tokens.is_path_separator(1) => 3,
        _ => 0,
    };
    let (name, group) = (tokens.ident(at)?, tokens.group(at + 1)?);
    let inside = Tokens::new(group.stream());
    let list = match inside.group(0) {
        Some(list) if list.delimiter() == Delimiter::Bracket || inside.is_punct(1, ',') => {
            list.stream()
        }
        _ => group.stream(),
    };
    let list = Tokens::new(list);
    let values = split_at_commas(&list).into_iter();
    let values = values.filter(|value| !value.iter().any(|tree| is_mark(tree, '=')));
    let values: Vec<String> =
        values.map(|value| source(&value.iter().cloned().collect::<TokenStream>())).collect();
    let help = match name.to_string().to_lowercase().as_str() {
        "cat" | "concat" | "concatenate" | "hstack" | "stack" => {
            format!("concat({})", values.join(", "))
        }
        "add" | "sum" => values.join(" + "),
        "mul" | "multiply" => values.join(" * "),
        _ => return None,
    };
    let message = format!("cannot find function `{name}` of values\nhelp: write `{help}`");
    Some((at + 1, message))
}

/// Help for tokens that are not a value.
const A_VALUE: &str = "begin with a value, for example `x -> Affine(64)`";

/// Reports tokens in place of a value, and skips them.
fn reject_value(tokens: &mut Tokens, is_layer: bool, report: &mut Report) {
    let mut skipped = Vec::new();
    while tokens.arrow().is_none() && !tokens.is_punct(0, '+') && !tokens.is_punct(0, '*') {
        let Some(tree) = tokens.next() else { break };
        skipped.push(tree);
    }
    let skipped_tokens: TokenStream = skipped.iter().cloned().collect();
    let found = source(&skipped_tokens);
    let chain = functional::chain(skipped_tokens);
    let chain = chain.filter(|chain| is_layer && chain.starts_with(char::is_lowercase));
    let message = if let Some(chain) = chain {
        format!("expected a value, found layer `{found}`\nhelp: write `{chain}`")
    } else if is_layer {
        format!(
            "expected a value, found layer `{found}`\n\
             help: write `x -> {found}`, where `x` is an input or a value from above"
        )
    } else if let [TokenTree::Literal(number)] = &skipped[..] {
        format!(
            "expected a value, found number `{number}`\n\
             help: remove it: layers learn a scale and a bias"
        )
    } else if skipped.is_empty() {
        let (found, help) = match tokens.arrow() {
            Some(ArrowKind::Loss) => {
                ("=>".to_owned(), "write the outputs before it, for example `h => SoftmaxWithLoss`")
            }
            Some(arrow) => (arrow.text().to_owned(), A_VALUE),
            None => (source(&tokens.peek(0)), A_VALUE),
        };
        format!("expected a value, found `{found}`\nhelp: {help}")
    } else {
        format!("expected a value, found `{found}`\nhelp: {A_VALUE}")
    };
    if skipped.is_empty() && tokens.arrow() == Some(ArrowKind::Loss) {
        // The loss is parsed nonetheless.
        let arrow: Vec<TokenTree> = tokens.rest().iter().take(2).cloned().collect();
        report.error(ends(&arrow), message);
    } else if skipped.is_empty() {
        report.error(tokens.next(), message);
    } else {
        report.error(ends(&skipped), message);
    }
}

/// `( flow )`
fn parse_group(group: &Group, depth: usize, report: &mut Report) -> Value {
    let written = group.to_token_stream();
    let found = source(group);
    if group.delimiter() != Delimiter::Parenthesis {
        let inside = source(&group.stream());
        let several = split_at_commas(&Tokens::new(group.stream())).len() > 1;
        let repair = if several { "concat" } else { "" };
        let message =
            format!("expected a value, found `{found}`\nhelp: write `{repair}({inside})`");
        report.error(group, message);
        return Value::Mistake;
    }
    let mut inside = Tokens::new(group.stream());
    if split_at_commas(&inside).len() == 2 {
        let flows = parse_list(group, &written, depth, report);
        return Value::Combine(Combine::Pair, flows, written);
    }
    if split_at_commas(&inside).len() > 2 {
        let message = format!(
            "expected one value, found `{found}`\n\
             help: write `concat{found}`, or add them"
        );
        report.error(group, message);
        return Value::Mistake;
    }
    let flow = parse_value(&mut inside, &written, depth + 1, report);
    if flow.segments.is_empty() { flow.value } else { Value::Inner(Box::new(flow)) }
}

/// `concat(a, b)`
fn parse_concat(group: &Group, written: TokenStream, depth: usize, report: &mut Report) -> Value {
    let operands = parse_list(group, &written, depth, report);
    if group.delimiter() != Delimiter::Parenthesis || operands.len() < 2 {
        let message = "`concat` takes at least two values in parentheses\n\
                       help: write them with commas between, for example `concat(a, b)`";
        report.error(&written, message);
        return Value::Mistake;
    }
    Value::Combine(Combine::Concat, operands, written)
}

/// Parses flows separated by commas.
pub(crate) fn parse_list(
    group: &Group,
    written: &TokenStream,
    depth: usize,
    report: &mut Report,
) -> Vec<Flow> {
    let inside = Tokens::new(group.stream());
    let parts = split_at_commas(&inside);
    let flows = parts.into_iter().map(|part| {
        let mut part = Tokens::new(part.iter().cloned().collect());
        parse_value(&mut part, written, depth + 1, report)
    });
    flows.collect()
}
