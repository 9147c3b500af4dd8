//! The head of a graph: attributes, visibility, `struct` and the name.

use proc_macro2::{Ident, TokenStream, TokenTree};

use syn::{Attribute, Token, Visibility};

use super::attributes::attributes;
use crate::common::items::parse_visibility;
use crate::common::names::parse_name;
use crate::common::report::Report;
use crate::common::tokens::{Tokens, ends, source};
use crate::graph::attributes::derived_traits;

/// The parts before the inputs.
pub(super) struct Head {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    /// `None` if it was reported as missing or invalid; the same for the name.
    pub(super) keyword: Option<Token![struct]>,
    pub(super) name: Option<Ident>,
}

/// The form of a graph, for the help of messages.
const FORM: &str = "`struct Name(x, y) { x * y }`";

/// Parses the head. `None` if no graph follows, which is then reported.
pub(super) fn parse(tokens: &mut Tokens, report: &mut Report) -> Option<Head> {
    if tokens.is_empty() {
        let message = format!("`graph!` is empty\nhelp: write {FORM}");
        report.error(TokenStream::new(), message);
        return None;
    }
    let attributes = attributes(tokens, report);
    reject_default(&attributes, report);
    let visibility = parse_visibility(tokens, report);
    let keyword = parse_keyword(tokens, report)?;
    let name = graph_name(tokens, report);
    if name.is_none() && tokens.is_empty() {
        // One error is enough.
        return None;
    }
    reject_generics(tokens, name.as_ref(), report);
    Some(Head { attributes, visibility, keyword, name })
}

/// Rejects `Default`: its values would not come from a forward pass.
fn reject_default(attributes: &[Attribute], report: &mut Report) {
    for name in attributes.iter().flat_map(derived_traits) {
        if name == "Default" {
            let message = "`Default` cannot be derived for a graph: `forward` computes its values\n\
                           help: remove `Default` from the `derive`";
            report.error(name, message);
        }
    }
}

/// Parses `struct`. `Some(None)` if it was reported as missing or invalid, `None` if no graph
/// follows.
fn parse_keyword(tokens: &mut Tokens, report: &mut Report) -> Option<Option<Token![struct]>> {
    if tokens.ident(0).is_some_and(|word| word == "struct") {
        return Some(syn::parse2(tokens.take(1)).ok());
    }
    let words = tokens.rest().iter().take_while(|tree| matches!(tree, TokenTree::Ident(_)));
    let words: Vec<TokenTree> = words.cloned().collect();
    let Some((name, before)) = words.split_last() else {
        report.error(tokens.peek(0), expected_graph(tokens));
        return None;
    };
    let found = |words: &[TokenTree]| source(&words.iter().cloned().collect::<TokenStream>());
    if let [modifiers @ .., last] = before
        && last.to_string() == "struct"
    {
        let message = format!("unexpected `{}` before `struct`\nhelp: remove it", found(modifiers));
        report.error(ends(modifiers), message);
        tokens.take(modifiers.len());
        return Some(syn::parse2(tokens.take(1)).ok());
    }
    let is_graph = tokens.group(words.len()).is_some();
    let title = capitalised(&name.to_string());
    let help = format!("help: write `struct {title}(…) {{ … }}`");
    let message = match (is_graph, before.is_empty()) {
        (true, true) => format!("missing `struct` before `{name}`\n{help}"),
        (true, false) => format!("expected `struct`, found `{}`\n{help}", found(before)),
        (false, _) => expected_graph(tokens),
    };
    report.error(words.first(), message);
    tokens.take(before.len());
    is_graph.then_some(None)
}

/// The message if the tokens do not begin with a graph.
fn expected_graph(tokens: &Tokens) -> String {
    let found = tokens.peek(0).map(source).unwrap_or_default();
    format!("expected a graph, found `{found}`\nhelp: write {FORM}")
}

/// The name in upper camel case, as for a type.
fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

fn graph_name(tokens: &mut Tokens, report: &mut Report) -> Option<Ident> {
    let Some(name) = parse_name(tokens, "the graph", report) else {
        report.error(tokens.peek(0), format!("missing name of the graph\nhelp: write {FORM}"));
        return None;
    };
    name.ok()
}

fn reject_generics(tokens: &mut Tokens, name: Option<&Ident>, report: &mut Report) {
    let Some(count) = tokens.angles() else { return };
    let name = name.map_or("Name".to_owned(), Ident::to_string);
    let message = format!(
        "generic parameters are not supported in `graph!`: the scalar type is added to the \
         struct\n\
         help: write `struct {name}(…) {{ … }}`; `{name}<f32>` computes in `f32`"
    );
    report.error(tokens.take(count), message);
}
