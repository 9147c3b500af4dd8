//! The body of a network with named values.
//!
//! ```text
//! block = { input | let } , outputs , "=>" , loss , [ ";" ] ;
//! input = "input" , NAME , ":" , "[" , size , "]" , ";" ;
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
use crate::common::tokens::{Tokens, ends, is_mark, source};
use crate::network::syntax::ast::{Arrow, Segment};
use crate::network::syntax::chain::{parse_arrow, parse_segments, report_trailing};
use crate::network::syntax::flow::{
    Combine, Flow, Value, parse_flow, parse_list, parse_value, split_at_commas,
};

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
    /// `input x: [784];`, or `input x: [1, 28, 28];`
    Input { name: Option<Ident>, size: Option<Vec<Expr>> },
    /// `let h = x -> Affine(64) -> Relu;`
    Let { name: Option<Ident>, flow: Flow },
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
pub(crate) fn parse_block(tokens: &Tokens, place: &TokenStream, report: &mut Report) -> Block {
    let parts = split_lines(tokens, report);
    let written = parts.iter().map(|part| part.iter().cloned().collect()).collect();
    let mut block = Block {
        lines: Vec::new(),
        outputs: None,
        end_is_reported: false,
        lacks_lines: false,
        written,
    };
    for (at, part) in parts.iter().enumerate() {
        let mut line = Tokens::new(part.iter().cloned().collect());
        skip_documentation(&mut line, report);
        let is_last = at + 1 == parts.len();
        if is_word(&line, "input") || lacks_word(&line, "input", report) {
            block.lines.push(parse_input(&mut line, report));
        } else if is_word(&line, "let") || lacks_word(&line, "let", report) {
            block.lines.push(parse_let(&mut line, report));
        } else if is_last {
            let (outputs, end_is_reported) = parse_outputs(&mut line, report);
            (block.outputs, block.end_is_reported) = (Some(outputs), end_is_reported);
        } else {
            let message = "only the last line is without a name\n\
                           help: write `let h = …`, and use `h` below";
            report.error(ends(part), message);
            block.lacks_lines = true;
        }
    }
    if block.outputs.is_none() {
        let message = "the last line of a network computes its outputs\n\
                       help: end with `h -> Affine(10) => SoftmaxWithLoss`, say";
        report.error(parts.last().map_or_else(|| place.clone(), |last| ends(last)), message);
    }
    block
}

/// Splits the tokens into lines, each up to its `;`. Reports a missing `;`.
fn split_lines<'t>(tokens: &'t Tokens, report: &mut Report) -> Vec<&'t [TokenTree]> {
    let is_semicolon = |tree: &TokenTree| is_mark(tree, ';');
    let mut lines = Vec::new();
    for part in tokens.rest().split(is_semicolon).filter(|part| !part.is_empty()) {
        let mut begin = 0;
        for at in 1..part.len() {
            let is_after_attribute =
                matches!(&part[..at], [.., mark, TokenTree::Group(_)] if is_mark(mark, '#'));
            if !begins_line(&part[at..]) || is_after_attribute {
                continue;
            }
            let word = source(&part[at]);
            let message =
                format!("`;` is missing before this `{word}`\nhelp: end the line above with `;`");
            report.error(&part[at], message);
            lines.push(&part[begin..at]);
            begin = at;
        }
        lines.push(&part[begin..]);
    }
    lines
}

/// Returns whether a line certainly begins here: `let h =` or `input x:`.
fn begins_line(trees: &[TokenTree]) -> bool {
    match trees {
        [TokenTree::Ident(word), TokenTree::Ident(_), mark, ..] => {
            (word == "let" && is_mark(mark, '=')) || (word == "input" && is_mark(mark, ':'))
        }
        _ => false,
    }
}

/// Skips the documentation of a line; rejects other attributes.
fn skip_documentation(line: &mut Tokens, report: &mut Report) {
    while line.is_punct(0, '#') && line.group(1).is_some() {
        let attribute = line.take(2);
        let inside = attribute.clone().into_iter().nth(1).map(|group| source(&group));
        if !inside.is_some_and(|inside| inside.starts_with("[doc")) {
            let message = "a line has no attributes but documentation\nhelp: take it out";
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
        _ => (line.is_punct(1, '=') && line.arrow_at(1).is_none(), format!("let {name} = …")),
    };
    if lacks {
        let message = format!("`{word}` is missing before `{name}`\nhelp: write `{repair}`");
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
            parse_size(&group, &shown, report)
        }
        _ => {
            let written: TokenStream = line.rest().iter().cloned().collect();
            let size = match syn::parse2::<Expr>(unbracketed(&written)) {
                Ok(size) => source(&size),
                Err(_) => "784".to_owned(),
            };
            let message = format!(
                "the features of an input stand in brackets, behind a colon\n\
                 help: write `input {shown}: [{size}];`"
            );
            let place = if rest.is_empty() { quote!(#word #name) } else { ends(&rest) };
            report.error(place, message);
            None
        }
    };
    Line::Input { name, size }
}

/// Removes brackets around the tokens.
fn unbracketed(tokens: &TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) => group.stream(),
        _ => tokens.clone(),
    }
}

/// Parses the sizes in brackets: the features, or channels, height and width.
fn parse_size(group: &Group, name: &str, report: &mut Report) -> Option<Vec<Expr>> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let sizes = (!is_too_long(group.stream())).then(|| list.parse2(group.stream()).ok()).flatten();
    let sizes = sizes.filter(|sizes| matches!(sizes.len(), 1 | 3));
    if sizes.is_none() {
        let message = format!(
            "an input has one size, the features of a sample, or three, the channels, height and \
             width of an image\n\
             help: write `input {name}: [784];`, or `input {name}: [1, 28, 28];`"
        );
        report.error(group, message);
    }
    Some(sizes?.into_iter().collect())
}

/// `let h = x -> Affine(64) -> Relu`
fn parse_let(line: &mut Tokens, report: &mut Report) -> Line {
    let word = take_word(line, "let");
    if line.ident(0).is_some_and(|word| word == "mut") {
        report.error(line.next(), "a value does not change\nhelp: take `mut` out");
    }
    let name = parse_named(line, "a value", word.as_ref(), report);
    let shown = name.as_ref().map_or("h".to_owned(), Ident::to_string);
    if line.is_punct(0, ':') && !line.is_path_separator(0) {
        let colon = line.position();
        while !line.is_empty() && (!line.is_punct(0, '=') || line.arrow().is_some()) {
            line.next();
        }
        let message =
            format!("the shape of a value follows from its layers\nhelp: write `let {shown} = …`");
        report.error(ends(line.since(colon)), message);
    }
    let equals = if line.is_punct(0, '=') && line.arrow().is_none() {
        line.take(1)
    } else {
        let message =
            format!("`=` is missing here\nhelp: write `let {shown} = x -> Affine(64)`, say");
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
            let message = format!("a name is missing after `{found}`\nhelp: write one");
            report.error(word, message);
            None
        }
    }
}

/// `flow => loss`, or `(flow, flow) => loss`.
fn parse_outputs(line: &mut Tokens, report: &mut Report) -> (Flow, bool) {
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
    if let Some(arrow) = &trailing {
        report_trailing(arrow, &flow.segments, report);
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
