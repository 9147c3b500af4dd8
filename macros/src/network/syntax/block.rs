//! The body of a network with named values.
//!
//! ```text
//! block = { input | let } , outputs , [ "=>" , loss ] , [ ";" ] ;
//! input = "input" , NAME , ":" , ( "[" , sizes , "]" , [ "of" , size ] | "lengths" , "of" , NAME ) , ";" ;
//! let   = "let" , NAME , "=" , flow , ";" ;
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

use crate::common::names::parse_name;
use crate::common::nesting::is_too_long;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, is_mark, source, split_at_commas};
use crate::network::registry;
use crate::network::size::MOST_DIMS;
use crate::network::syntax::ast::{Arrow, Kind, Segment};
use crate::network::syntax::chain::{
    parse_arrow, parse_segments, report_nothing_after, report_trailing,
};
use crate::network::syntax::flow::{Combine, Flow, Value, parse_flow, parse_list, parse_value};

/// The contents of the braces.
pub(crate) struct Block {
    pub(crate) lines: Vec<Line>,
    /// The last line, which ends with the loss; `None` if it was reported as missing.
    pub(crate) outputs: Option<Flow>,
    /// Whether a missing layer or loss after its last arrow was already reported.
    pub(crate) end_is_reported: bool,
    /// Whether a line was reported as invalid, and left out.
    pub(crate) lacks_lines: bool,
    /// The lines as source tokens.
    pub(crate) written: Vec<TokenStream>,
}

/// A line before the last one; `None` for parts that were reported as invalid.
pub(crate) enum Line {
    /// `input x: [784];`, `input x: [1, 28, 28];`, `input text: [64] of 65;` or `input n: lengths of x;`
    Input { name: Option<Ident>, size: Option<InputSize> },
    /// `let h = x -> Affine(64) -> Relu;`
    Let { name: Option<Ident>, flow: Flow },
}

/// The sizes of an input.
pub(crate) struct InputSize {
    pub(crate) sizes: Vec<Expr>,
    /// How many different indices there are, in an input of indices.
    pub(crate) below: Option<Expr>,
    /// The input whose lengths it has: then there are no sizes.
    pub(crate) lengths_of: Option<Ident>,
}

impl Line {
    /// The name that the line defines.
    pub(crate) fn name(&self) -> Option<&Ident> {
        match self {
            Line::Input { name, .. } | Line::Let { name, .. } => name.as_ref(),
        }
    }
}

/// Returns whether these tokens are a block: chains contain no lines.
pub(crate) fn is_block(tokens: &Tokens) -> bool {
    let begins_line = tokens.ident(0).is_some_and(|word| word == "input" || word == "let")
        && tokens.ident(1).is_some();
    begins_line || tokens.rest().iter().any(|tree| is_mark(tree, ';'))
}

/// Parses the remaining tokens; `place` is underlined if lines are missing.
pub(crate) fn parse_block(
    tokens: &Tokens,
    place: &TokenStream,
    kind: Kind,
    report: &mut Report,
) -> Block {
    let parts = split_lines(tokens, report);
    let written = parts.iter().map(|part| part.iter().cloned().collect()).collect();
    let mut block = Block {
        lines: Vec::new(),
        outputs: None,
        end_is_reported: false,
        lacks_lines: false,
        written,
    };
    let mut last_is_reported = false;
    for (at, part) in parts.iter().enumerate() {
        let mut line = Tokens::new(part.iter().cloned().collect());
        skip_documentation(&mut line, report);
        let is_last = at + 1 == parts.len();
        reject_return(&mut line, report);
        if let Some(message) = not_a_line(&line, &block.lines) {
            report.error(ends(line.rest()), message);
            block.lacks_lines = true;
            last_is_reported = is_last;
        } else if is_word(&line, "input") || lacks_word(&line, "input", report) {
            block.lines.push(parse_input(&mut line, report));
        } else if is_word(&line, "let") || lacks_word(&line, "let", report) {
            block.lines.push(parse_let(&mut line, report));
        } else if is_last {
            let (outputs, end_is_reported) = parse_outputs(&mut line, kind, report);
            (block.outputs, block.end_is_reported) = (Some(outputs), end_is_reported);
        } else {
            let written = source(&part.iter().cloned().collect::<TokenStream>());
            let message = format!(
                "unused value `{written}`\n\
                 help: give it a name: `let h = {written};`"
            );
            report.error(ends(part), message);
            block.lacks_lines = true;
        }
    }
    if block.outputs.is_none() && !last_is_reported {
        let message = match kind {
            Kind::Network => {
                "missing last line, with the outputs and the loss\n\
                 help: add one, for example `h -> Affine(10) => SoftmaxWithLoss`"
            }
            Kind::Layer => {
                "missing last line, with the output\nhelp: add one, for example `h -> Affine(10)`"
            }
        };
        report.error(parts.last().map_or_else(|| place.clone(), |last| ends(last)), message);
    }
    block
}

/// Splits the tokens into lines, each up to its `;`. Reports a missing `;`.
fn split_lines<'t>(tokens: &'t Tokens, report: &mut Report) -> Vec<&'t [TokenTree]> {
    let is_semicolon = |tree: &TokenTree| is_mark(tree, ';');
    let names = defined_names(tokens.rest());
    let mut lines = Vec::new();
    for part in tokens.rest().split(is_semicolon).filter(|part| !part.is_empty()) {
        let mut begin = 0;
        for at in 1..part.len() {
            let is_after_attribute =
                matches!(&part[..at], [.., mark, TokenTree::Group(_)] if is_mark(mark, '#'));
            let begins = begins_line(&part[at..]) || begins_last_line(part, at, &names);
            if !begins || is_after_attribute {
                continue;
            }
            let (before, end) = (&part[at - 1], &part[begin..at]);
            if is_mark(before, ',') {
                let message = "expected `;` after a line, found `,`\nhelp: write `;`";
                report.error_once(before, message);
                lines.push(&end[..end.len() - 1]);
            } else {
                let word = source(&part[at]);
                let message =
                    format!("missing `;` before `{word}`\nhelp: end the line above with `;`");
                report.error(&part[at], message);
                lines.push(end);
            }
            begin = at;
        }
        lines.push(&part[begin..]);
    }
    lines
}

/// Returns whether a line certainly begins here: `let h =`, `input x:` or `return`.
fn begins_line(trees: &[TokenTree]) -> bool {
    match trees {
        [TokenTree::Ident(word), TokenTree::Ident(_), mark, ..]
            if (word == "let" && is_mark(mark, '=')) || (word == "input" && is_mark(mark, ':')) =>
        {
            true
        }
        [TokenTree::Ident(word), ..] => word == "return",
        _ => false,
    }
}

/// Returns whether a value begins at `at`, after the end of a layer or value: `… -> Relu h -> …`.
fn begins_last_line(part: &[TokenTree], at: usize, names: &[String]) -> bool {
    let is_keyword = |tree: &TokenTree| {
        let word = tree.to_string();
        ["let", "input", "map", "mut", "return"].contains(&word.as_str())
    };
    // `let h x -> …` lacks its `=`.
    let is_defined = part[..at - 1].last().is_some_and(is_keyword);
    let is_after_end = match &part[at - 1] {
        name @ TokenTree::Ident(_) => !is_keyword(name) && !is_defined,
        TokenTree::Group(_) => true,
        before => is_mark(before, ','),
    };
    let is_value = matches!(&part[at], TokenTree::Ident(name) if names.contains(&name.to_string()));
    if !is_after_end || !is_value {
        return false;
    }
    let next = Tokens::new(part[at..].iter().take(4).cloned().collect());
    next.arrow_at(1).is_some() || next.is_punct(1, '+')
}

/// The names of inputs and values.
fn defined_names(trees: &[TokenTree]) -> Vec<String> {
    let pairs = trees.windows(2).filter_map(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "let" || word == "input" => {
            Some(name.to_string())
        }
        _ => None,
    });
    pairs.collect()
}

/// Rejects `return` at the beginning of a line, and skips it.
fn reject_return(line: &mut Tokens, report: &mut Report) {
    if line.ident(0).is_some_and(|word| word == "return") && line.rest().len() > 1 {
        let message = "unexpected `return`\nhelp: remove it: the last line computes the outputs";
        report.error(line.next(), message);
    }
}

/// The message for a line that belongs to another language: an assignment, or declared outputs.
/// `None` for other lines.
fn not_a_line(line: &Tokens, lines: &[Line]) -> Option<String> {
    let name = line.ident(0)?;
    if name == "output" && line.ident(1).is_some() {
        let written = source(&line.rest().iter().cloned().collect::<TokenStream>());
        return Some(format!(
            "unexpected `{written}`\nhelp: remove it: the last line computes the outputs"
        ));
    }
    let is_equals = |at| line.is_punct(at, '=') && line.arrow_at(at).is_none();
    let first = if name == "let" { 1 } else { 0 };
    if let Some(loss) = line.ident(first + 2).filter(|_| is_equals(first + 1))
        && registry::find(&loss.to_string()).is_some_and(|spec| spec.role.is_loss())
    {
        return Some(format!(
            "expected a value, found loss `{loss}`\n\
             help: write it after the outputs in the last line: `=> {loss}`"
        ));
    }
    let is_known = lines.iter().any(|line| line.name() == Some(name));
    let operator = line.punct(1).filter(|mark| "+-*/".contains(mark.as_char()) && is_equals(2));
    let from = match operator {
        Some(_) => 3,
        None if is_known && is_equals(1) => 2,
        None => return None,
    };
    let value: TokenStream = line.rest().iter().skip(from).cloned().collect();
    let value = match operator {
        Some(operator) => format!("{name} {} {}", operator.as_char(), source(&value)),
        None => source(&value),
    };
    Some(format!(
        "cannot assign to `{name}`: values do not change\n\
         help: write `let {name}_ = {value};`, with a new name"
    ))
}

/// Skips the documentation of a line; rejects other attributes.
fn skip_documentation(line: &mut Tokens, report: &mut Report) {
    while line.is_punct(0, '#') && line.group(1).is_some() {
        let attribute = line.take(2);
        let inside = attribute.clone().into_iter().nth(1).map(|group| source(&group));
        if !inside.is_some_and(|inside| inside.starts_with("[doc")) {
            let message = "expected a doc comment, found another attribute\nhelp: remove it";
            report.error(attribute, message);
        }
    }
}

/// Returns whether a line begins with the keyword `word`, and not with a value of that name.
fn is_word(line: &Tokens, word: &str) -> bool {
    line.ident(0).is_some_and(|first| first == word) && line.arrow_at(1).is_none()
}

/// Returns whether a line lacks `word` at its beginning, and reports that.
fn lacks_word(line: &Tokens, word: &str, report: &mut Report) -> bool {
    let Some(name) = line.ident(0) else { return false };
    let (lacks, repair) = match word {
        "input" => (
            line.is_punct(1, ':')
                && line.group(2).is_some_and(|group| group.delimiter() == Delimiter::Bracket),
            format!("input {name}: [784]"),
        ),
        _ => {
            let colon = usize::from(line.is_punct(1, ':'));
            let is_equals = line.is_punct(1 + colon, '=') && line.arrow_at(1 + colon).is_none();
            (is_equals, format!("let {name} = …"))
        }
    };
    if lacks {
        let message = format!("missing `{word}` before `{name}`\nhelp: write `{repair}`");
        report.error(name, message);
    }
    lacks
}

/// `input x: [784]`
fn parse_input(line: &mut Tokens, report: &mut Report) -> Line {
    let word = take_word(line, "input");
    let name = parse_named(line, "an input", word.as_ref(), report);
    let shown = name.as_ref().map_or("x".to_owned(), Ident::to_string);
    let rest = line.rest().to_vec();
    let colon = line.is_punct(0, ':');
    if colon {
        line.next();
    }
    let size = match (line.group(0).cloned(), line.rest().len()) {
        (Some(group), 1) if colon && group.delimiter() == Delimiter::Bracket => {
            let sizes = parse_size(&group, &shown, report);
            sizes.map(|sizes| InputSize { sizes, below: None, lengths_of: None })
        }
        (Some(group), 3..)
            if colon
                && group.delimiter() == Delimiter::Bracket
                && line.ident(1).is_some_and(|word| word == "of") =>
        {
            line.next();
            line.next();
            let sizes = parse_size(&group, &shown, report);
            let below = parse_below(line.rest(), &group, &shown, report);
            sizes.zip(below).map(|(sizes, below)| InputSize {
                sizes,
                below: Some(below),
                lengths_of: None,
            })
        }
        (None, 3)
            if colon
                && line.ident(0).is_some_and(|word| word == "lengths")
                && line.ident(1).is_some_and(|word| word == "of")
                && line.ident(2).is_some() =>
        {
            let lengths_of = line.ident(2).cloned();
            line.take(3);
            Some(InputSize { sizes: Vec::new(), below: None, lengths_of })
        }
        _ => {
            let size = meant_features(line.rest());
            let message = format!(
                "expected `: [features]` after `input {shown}`\n\
                 help: write `input {shown}: [{size}];`"
            );
            let place = if rest.is_empty() { quote!(#word #name) } else { ends(&rest) };
            report.error(place, message);
            None
        }
    };
    Line::Input { name, size }
}

/// The number of features that was meant: `28 * 28` for `(28, 28)`, `784` for `= [784]`.
fn meant_features(trees: &[TokenTree]) -> String {
    let trees = match trees {
        [mark, rest @ ..] if is_mark(mark, '=') || is_mark(mark, ':') => rest,
        trees => trees,
    };
    let inside = match trees {
        [TokenTree::Group(group)] => group.stream(),
        trees => trees.iter().cloned().collect(),
    };
    // `[f32; 784]`, the type of a sample.
    let inside: Vec<TokenTree> = inside.into_iter().collect();
    let size = inside.rsplit(|tree| is_mark(tree, ';')).next().unwrap_or_default();
    let factors = size.split(|tree| is_mark(tree, ',')).filter(|factor| !factor.is_empty());
    let factors: Vec<TokenStream> =
        factors.map(|factor| factor.iter().cloned().collect()).collect();
    let is_size = |factor: &TokenStream| {
        !is_too_long(factor.clone()) && syn::parse2::<Expr>(factor.clone()).is_ok()
    };
    match factors.is_empty() || !factors.iter().all(is_size) {
        true => "784".to_owned(),
        false => factors.iter().map(source).collect::<Vec<_>>().join(" * "),
    }
}

/// Parses the number of different indices, after `of`.
fn parse_below(
    trees: &[TokenTree],
    sizes: &Group,
    name: &str,
    report: &mut Report,
) -> Option<Expr> {
    let tokens: TokenStream = trees.iter().cloned().collect();
    let below = (!is_too_long(tokens.clone())).then(|| syn::parse2(tokens).ok()).flatten();
    if below.is_none() {
        let message = format!(
            "expected the number of different indices after `of`, found `{}`\n\
             help: write `input {name}: {} of 65;`",
            source(&trees.iter().cloned().collect::<TokenStream>()),
            source(sizes)
        );
        report.error(ends(trees), message);
    }
    below
}

/// Parses the sizes in brackets: the features, time and features, or channels, height and width.
fn parse_size(group: &Group, name: &str, report: &mut Report) -> Option<Vec<Expr>> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let sizes = (!is_too_long(group.stream())).then(|| list.parse2(group.stream()).ok()).flatten();
    let sizes = sizes.filter(|sizes| matches!(sizes.len(), 1..=MOST_DIMS));
    if sizes.is_none() {
        let message = format!(
            "expected the number of features, time and features, or channels, height and width; \
             found `{}`\n\
             help: write `input {name}: [{}];`, or `input {name}: [1, 28, 28];`",
            source(group),
            meant_features(&[group.clone().into()])
        );
        report.error(group, message);
    }
    Some(sizes?.into_iter().collect())
}

/// `let h = x -> Affine(64) -> Relu`
fn parse_let(line: &mut Tokens, report: &mut Report) -> Line {
    let word = take_word(line, "let");
    if line.ident(0).is_some_and(|word| word == "mut") {
        report.error(
            line.next(),
            "`mut` is not supported in `network!`: values do not change\nhelp: remove it",
        );
    }
    let name = parse_named(line, "a value", word.as_ref(), report);
    let shown = name.as_ref().map_or("h".to_owned(), Ident::to_string);
    if line.is_punct(0, ':') && !line.is_path_separator(0) && line.arrow_at(2).is_some() {
        let message = format!("expected `=`, found `:`\nhelp: write `let {shown} = …;`");
        let colon = line.take(1);
        report.error(&colon, message);
        return Line::Let { name, flow: parse_value(line, &colon, 0, report) };
    }
    if line.is_punct(0, ':') && line.is_punct(1, '=') && line.arrow_at(1).is_none() {
        let colon = line.take(1);
        let mark: TokenStream = colon.clone().into_iter().chain(line.peek(0).cloned()).collect();
        if word.is_some() {
            let message = format!("expected `=`, found `:=`\nhelp: write `let {shown} = …;`");
            report.error(mark, message);
        }
    }
    if line.is_punct(0, ':') && !line.is_path_separator(0) {
        let colon = line.position();
        while !line.is_empty() && (!line.is_punct(0, '=') || line.arrow().is_some()) {
            line.next();
        }
        let message = format!(
            "type annotations are not supported in `network!`\nhelp: write `let {shown} = …;`"
        );
        report.error(ends(line.since(colon)), message);
    }
    let equals = if line.is_punct(0, '=') && line.arrow().is_none() {
        line.take(1)
    } else {
        let message = format!(
            "missing `=` after `let {shown}`\n\
             help: write `=` and a value, for example `let {shown} = x -> Affine(64);`"
        );
        match line.peek(0) {
            Some(next) => report.error(next, message),
            None => report.error(quote!(#word #name), message),
        }
        line.take(line.rest().len());
        return Line::Let { name, flow: Flow { value: Value::Mistake, segments: Vec::new() } };
    };
    let flow = parse_value(line, &equals, 0, report);
    Line::Let { name, flow }
}

/// Takes the keyword at the beginning of a line, if it is there.
fn take_word(line: &mut Tokens, word: &str) -> Option<TokenTree> {
    if is_word(line, word) { line.next() } else { None }
}

/// Parses the name of a line.
fn parse_named(
    line: &mut Tokens,
    of: &str,
    word: Option<&TokenTree>,
    report: &mut Report,
) -> Option<Ident> {
    match parse_name(line, of, report) {
        Some(name) => name.ok(),
        None => {
            let found = source(&word);
            let message = format!("missing name after `{found}`\nhelp: write `{found}` and a name");
            report.error(word, message);
            None
        }
    }
}

/// `flow => loss`, or `(flow, flow) => loss`.
fn parse_outputs(line: &mut Tokens, kind: Kind, report: &mut Report) -> (Flow, bool) {
    let several = line.group(0).cloned().filter(|group| {
        let is_list = split_at_commas(&Tokens::new(group.stream())).len() > 1;
        group.delimiter() == Delimiter::Parenthesis && is_list
    });
    let written: TokenStream = line.rest().iter().take(1).cloned().collect();
    let (flow, trailing) = match several {
        Some(group) => {
            line.next();
            let value =
                Value::Combine(Combine::Outputs, parse_list(&group, &written, 0, report), written);
            let (segments, trailing) = segments_after(line, report);
            (Flow { value, segments }, trailing)
        }
        None => parse_flow(line, &written, 0, report),
    };
    match (&trailing, kind) {
        (Some(arrow), Kind::Network) => report_trailing(arrow, &flow.segments, report),
        (Some(arrow), Kind::Layer) => report_nothing_after(arrow, report),
        (None, _) => {}
    }
    (flow, trailing.is_some())
}

/// Parses the layers after a value.
fn segments_after(line: &mut Tokens, report: &mut Report) -> (Vec<Segment>, Option<Arrow>) {
    match parse_arrow(line, report) {
        Some(arrow) => parse_segments(line, Some(arrow), report),
        None => (Vec::new(), None),
    }
}
