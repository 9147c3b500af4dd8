//! Tokens to syntax tree: what stands before the braces. Parsing goes on after
//! a mistake wherever it can.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Token, Visibility};

use super::body::{Body, parse_body};
use super::expand::derived_traits;
use crate::parse::{parse_attributes, parse_name, parse_visibility};
use crate::report::Report;
use crate::tokens::{Tokens, ends, is_mark, source};

/// A declaration as it was written.
pub(super) struct Declaration {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    /// `None` if it was reported as missing or wrong; so for the name.
    pub(super) keyword: Option<Token![struct]>,
    pub(super) name: Option<Ident>,
    /// `None` if they were reported as missing.
    pub(super) inputs: Option<Vec<Input>>,
    pub(super) body: Body,
}

/// An input: `x`, `x: [_]` or `x: [_, _]`.
pub(super) struct Input {
    pub(super) documentation: Vec<Attribute>,
    /// The tokens if they were reported as no name.
    pub(super) name: Result<Ident, Ident>,
    /// How many axes it has, 0 for a number.
    pub(super) axes: usize,
}

/// How a graph is written, for the help of messages.
const FORM: &str = "`struct Name(x, y) { x * y }`";

/// Parses a declaration. `None` if there is none, which was then reported.
pub(super) fn parse(tokens: TokenStream, report: &mut Report) -> Option<Declaration> {
    let mut tokens = Tokens::new(tokens);
    if tokens.is_empty() {
        let message = format!("a graph is missing\nhelp: write {FORM}");
        report.error(TokenStream::new(), message);
        return None;
    }
    let attributes = attributes(&mut tokens, report);
    refuse_default(&attributes, report);
    let visibility = parse_visibility(&mut tokens, report);
    let keyword = parse_keyword(&mut tokens, report)?;
    let name = graph_name(&mut tokens, report);
    if name.is_none() && tokens.is_empty() {
        // One mistake is enough.
        return None;
    }
    let title = name.as_ref().map_or("Name".to_owned(), Ident::to_string);
    refuse_generics(&mut tokens, &title, report);
    let inputs = parse_inputs(&mut tokens, &title, report);
    let body = parse_braces(&mut tokens, &title, inputs.is_some(), report);
    if !tokens.is_empty() {
        let message = if tokens.is_punct(0, ';') && tokens.rest().len() == 1 {
            "a graph ends with its `}`\nhelp: take `;` out"
        } else {
            "a graph ends with its `}`, but more follows\n\
             help: declare each graph in a `graph!` of its own"
        };
        report.error(ends(tokens.rest()), message);
    }
    Some(Declaration { attributes, visibility, keyword, name, inputs, body })
}

/// The attributes that stand here, without those that begin with `#!`.
fn attributes(tokens: &mut Tokens, report: &mut Report) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    while tokens.is_punct(0, '#') {
        if tokens.is_punct(1, '!') {
            let message = "an attribute stands before what it is of\n\
                           help: write `#[…]`, without the `!`";
            report.error(tokens.take(3), message);
            continue;
        }
        let one = tokens.take(if tokens.group(1).is_some() { 2 } else { 1 });
        attributes.extend(parse_attributes(&mut Tokens::new(one), report));
    }
    attributes
}

/// Refuses a default: it would be values of no pass forward.
fn refuse_default(attributes: &[Attribute], report: &mut Report) {
    for name in attributes.iter().flat_map(derived_traits) {
        if name == "Default" {
            let message = "a graph has no default: its values come from `forward`\n\
                           help: take `Default` out of the `derive`";
            report.error(name, message);
        }
    }
}

/// `struct`: `Some(None)` if it was reported as missing or wrong, `None` if no
/// graph follows.
fn parse_keyword(tokens: &mut Tokens, report: &mut Report) -> Option<Option<Token![struct]>> {
    if tokens.ident(0).is_some_and(|word| word == "struct") {
        return Some(syn::parse2(tokens.take(1)).ok());
    }
    let words = tokens.rest().iter().take_while(|tree| matches!(tree, TokenTree::Ident(_)));
    let words: Vec<TokenTree> = words.cloned().collect();
    let Some((name, before)) = words.split_last() else {
        let message = format!("expected a graph, found `{}`\nhelp: write {FORM}", begin(tokens));
        report.error(tokens.peek(0), message);
        return None;
    };
    if before.last().is_some_and(|word| word.to_string() == "struct") {
        let message = "this cannot stand before `struct`\nhelp: take it out";
        report.error(ends(&before[..before.len() - 1]), message);
        tokens.take(before.len() - 1);
        return Some(syn::parse2(tokens.take(1)).ok());
    }
    let found = before.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let follows = tokens.group(words.len()).is_some();
    let title = capitalised(&name.to_string());
    let message = match (before.is_empty(), follows) {
        (true, true) => {
            format!("`struct` is missing before `{name}`\nhelp: write `struct {title}(…) {{ … }}`")
        }
        (false, true) => {
            format!("expected `struct`, found `{found}`\nhelp: write `struct {title}(…) {{ … }}`")
        }
        _ => format!("expected a graph, found `{}`\nhelp: write {FORM}", begin(tokens)),
    };
    report.error(words.first(), message);
    tokens.take(before.len());
    follows.then_some(None)
}

/// A name as those of types are written.
fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

/// The first token, as it is quoted.
fn begin(tokens: &Tokens) -> String {
    tokens.peek(0).map(source).unwrap_or_default()
}

fn graph_name(tokens: &mut Tokens, report: &mut Report) -> Option<Ident> {
    let Some(name) = parse_name(tokens, "the graph", report) else {
        let message =
            format!("the graph has no name\nhelp: write {FORM}, with a name of your choice");
        report.error(tokens.peek(0), message);
        return None;
    };
    name.ok()
}

fn refuse_generics(tokens: &mut Tokens, name: &str, report: &mut Report) {
    if let Some(count) = tokens.angles() {
        let message = format!(
            "a graph has no generics of its own: its one parameter, the scalar type, is added to \
             it\n\
             help: write `struct {name}(…) {{ … }}`, and `{name}<f32>` where `f64` is not wanted"
        );
        report.error(tokens.take(count), message);
    }
}

/// The inputs in parentheses. `None` if none stand here, which was reported.
fn parse_inputs(tokens: &mut Tokens, name: &str, report: &mut Report) -> Option<Vec<Input>> {
    skip_to_inputs(tokens, name, report)?;
    let group = tokens.group(0).cloned()?;
    if group.delimiter() == Delimiter::Brace {
        let message = format!(
            "the inputs are missing before the braces\n\
             help: write `struct {name}(x, y) {{ … }}`"
        );
        report.error(group, message);
        return None;
    }
    tokens.next();
    if group.delimiter() == Delimiter::Bracket {
        let message =
            format!("inputs stand in parentheses\nhelp: write `struct {name}(x, y) {{ … }}`");
        report.error(&group, message);
    } else if group.stream().is_empty() {
        let message =
            format!("a graph has one input at least\nhelp: write `struct {name}(x) {{ … }}`");
        report.error(&group, message);
    }
    Some(read_inputs(&group, report))
}

/// Refuses what stands before the inputs. `None` if no brackets follow.
fn skip_to_inputs(tokens: &mut Tokens, name: &str, report: &mut Report) -> Option<()> {
    let is_group = |tree: &TokenTree| matches!(tree, TokenTree::Group(_));
    let is_network = tokens.is_punct(0, '=');
    let end = tokens.rest().iter().position(is_group);
    let before: Vec<TokenTree> =
        tokens.take(end.unwrap_or(tokens.rest().len())).into_iter().collect();
    if is_network {
        tokens.take(tokens.rest().len());
        let message = format!(
            "expected the inputs in parentheses, found `=`\n\
             help: write `struct {name}(x, y) {{ x * y }}`; a network is declared by `network!`"
        );
        report.error(before.first(), message);
        return None;
    }
    if let Some(first) = before.first() {
        let message = format!(
            "expected the inputs in parentheses, found `{}`\n\
             help: write `struct {name}(x, y) {{ x * y }}`",
            source(first)
        );
        report.error(ends(&before), message);
    } else if end.is_none() {
        let message = format!(
            "the inputs and the expression are missing\n\
             help: write `struct {name}(x, y) {{ x * y }}`"
        );
        report.error(tokens.last(), message);
    }
    end.map(|_| ())
}

/// The inputs, separated by commas.
fn read_inputs(group: &Group, report: &mut Report) -> Vec<Input> {
    let trees: Vec<TokenTree> = Tokens::new(group.stream()).rest().to_vec();
    let parts = trees.split(|tree| is_mark(tree, ','));
    let count = parts.clone().count();
    let mut inputs = Vec::new();
    for (place, part) in parts.enumerate() {
        // A comma may stand behind the last.
        if part.is_empty() && place + 1 == count {
            continue;
        }
        if part.is_empty() {
            report.error(group, "an input is missing between two commas\nhelp: take one comma out");
            continue;
        }
        inputs.extend(read_input(part, report));
    }
    inputs
}

/// `x`, `x: [_]`, `x: [_, _]`.
fn read_input(part: &[TokenTree], report: &mut Report) -> Option<Input> {
    let mut tokens = Tokens::new(part.iter().cloned().collect());
    let documentation = documentation(&mut tokens, "an input", report);
    if tokens.ident(0).is_some_and(|word| word == "mut") && tokens.ident(1).is_some() {
        let word = tokens.take(1);
        report.error(word, "nothing in a graph is changed\nhelp: take `mut` out");
    }
    let Some(name) = parse_name(&mut tokens, "an input", report) else {
        let message =
            "an input is a name\nhelp: write `x` for a number, or `x: [_, _]` for an array";
        report.error(ends(part), message);
        return None;
    };
    let written = name.as_ref().map_or_else(ToString::to_string, ToString::to_string);
    let axes = parse_axes(&mut tokens, &written, report);
    if !tokens.is_empty() {
        let found = source(&tokens.rest().iter().cloned().collect::<TokenStream>());
        let message = format!(
            "expected `,` after the input `{written}`, found `{found}`\n\
             help: separate inputs by commas"
        );
        report.error(ends(tokens.rest()), message);
    }
    Some(Input { documentation, name, axes })
}

/// What may stand behind the name of an input: `: [_]` or `: [_, _]`.
fn parse_axes(tokens: &mut Tokens, name: &str, report: &mut Report) -> usize {
    if !tokens.is_punct(0, ':') {
        return 0;
    }
    tokens.next();
    let ty = tokens.rest().to_vec();
    tokens.take(ty.len());
    let text = source(&ty.iter().cloned().collect::<TokenStream>());
    let text = text.replace(" < ", "<").replace(" >", ">");
    match text.as_str() {
        "[_]" => return 1,
        "[_, _]" => return 2,
        _ => {}
    }
    let axes = meant_axes(&ty, &text);
    let help = match axes {
        1 => format!("write `{name}: [_]`"),
        2 => format!("write `{name}: [_, _]`"),
        _ => format!("write `{name}` for a number, `{name}: [_]` or `{name}: [_, _]` for an array"),
    };
    let why = if ["f32", "f64", "T"].contains(&text.as_str()) {
        format!("a graph's scalar type is chosen where it is used, not by `{text}`")
    } else if ty.is_empty() {
        "nothing follows `:`".to_owned()
    } else if (1..=2).contains(&axes) {
        format!("`{text}` says more of an array than how many axes it has")
    } else {
        format!("`{text}` is no type of an input: there are numbers, and arrays of one or two axes")
    };
    let place = if ty.is_empty() { TokenStream::new() } else { ends(&ty) };
    report.error(place, format!("{why}\nhelp: {help}"));
    axes.min(2)
}

/// How many axes were probably meant: those of `Array2<T>` or `[3, 4]`.
fn meant_axes(ty: &[TokenTree], text: &str) -> usize {
    if text.contains("Array1") || text.starts_with("Vec<") {
        return 1;
    }
    if text.contains("Array2") {
        return 2;
    }
    match ty {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            let commas = inside.iter().filter(|tree| is_mark(tree, ',')).count();
            if inside.is_empty() { 0 } else { commas + 1 }
        }
        _ => 0,
    }
}

/// The documentation of an input or a `let`; other attributes are refused.
pub(super) fn documentation(tokens: &mut Tokens, of: &str, report: &mut Report) -> Vec<Attribute> {
    let mut attributes = attributes(tokens, report);
    attributes.retain(|attribute| {
        let is_documentation = attribute.path().is_ident("doc");
        if !is_documentation {
            let message =
                format!("{of} has documentation, but no other attributes\nhelp: take it out");
            report.error(attribute.to_token_stream(), message);
        }
        is_documentation
    });
    attributes
}

/// The braces with the expression, which are missed after inputs.
fn parse_braces(tokens: &mut Tokens, name: &str, inputs: bool, report: &mut Report) -> Body {
    let is_brace = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let end = tokens.rest().iter().position(is_brace);
    let before: Vec<TokenTree> =
        tokens.take(end.unwrap_or(tokens.rest().len())).into_iter().collect();
    if !before.is_empty() {
        let found = source(&before.iter().cloned().collect::<TokenStream>());
        let message = format!(
            "expected the expression in braces, found `{found}`\n\
             help: write `struct {name}(…) {{ x * y }}`"
        );
        report.error(ends(&before), message);
    } else if end.is_none() && inputs {
        let message = format!(
            "the expression is missing\nhelp: write `struct {name}(…) {{ x * y }}`, in braces"
        );
        report.error(tokens.last(), message);
    }
    match tokens.next() {
        Some(TokenTree::Group(group)) => parse_body(&group, report),
        _ => Body::default(),
    }
}
