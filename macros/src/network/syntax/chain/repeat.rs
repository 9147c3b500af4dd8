//! `repeat 3 { Affine(64, 64) -> Relu }`, which is short for three copies of the layers in the
//! braces, one after the other.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::LitInt;

use crate::common::report::Report;
use crate::common::tokens::{ArrowKind, Tokens, ends, source};
use crate::network::syntax::ast::{Arrow, RepeatCopy, Segment};
use crate::network::syntax::chain::{
    is_label, leading_arrow, loss_place, parse_segments, report_nothing_after, skip_to_arrow,
};

/// With more layers than this, compilation would take more than a minute.
const MOST_LAYERS: usize = 2_000;

/// Returns whether a `repeat` follows, valid or not.
pub(crate) fn follows(tokens: &Tokens) -> bool {
    let at = if tokens.ident(0).is_some() && is_label(tokens) { 2 } else { 0 };
    tokens.ident(at).is_some_and(|word| word == "repeat")
        && (matches!(tokens.peek(at + 1), Some(TokenTree::Literal(_) | TokenTree::Group(_)))
            || words_before_braces(tokens, at + 1).is_some())
}

/// The number of tokens before the braces; `None` if an arrow comes first.
fn words_before_braces(tokens: &Tokens, at: usize) -> Option<usize> {
    (0..).map_while(|ahead| Some((ahead, tokens.peek(at + ahead)?))).find_map(|(ahead, tree)| {
        let is_arrow = tokens.is_punct(at + ahead, '-') || tokens.is_punct(at + ahead, '=');
        match tree {
            _ if is_arrow && tokens.is_punct(at + ahead + 1, '>') => Some(None),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(Some(ahead)),
            _ => None,
        }
    })?
}

/// Parses a `repeat` and returns its layers; `before` is the arrow before it.
pub(crate) fn parse(
    tokens: &mut Tokens,
    before: Option<Arrow>,
    report: &mut Report,
) -> Vec<Segment> {
    reject_label(tokens, report);
    let word = tokens.next();
    let count = tokens.take(words_before_braces(tokens, 0).unwrap_or(1));
    let Some(block) = parse_braces(tokens, word.as_ref(), &count, report) else {
        return vec![Segment::new(before, None)];
    };
    let (layers, loss) = parse_block(&block, report);
    let count = parse_count(word.as_ref(), &count, &block, report);
    if layers.is_empty() {
        return vec![Segment::new(before, None)];
    }
    let most = MOST_LAYERS / layers.len();
    if count > most {
        let message = format!(
            "`repeat` expands to {} layers, more than {MOST_LAYERS}\n\
             help: repeat at most {most} times",
            count.saturating_mul(layers.len())
        );
        report.error(word, message);
        return vec![Segment::new(before, None)];
    }
    let mut segments = repeated(&layers, count, before);
    segments.extend(loss);
    segments
}

/// Parses `{ … }`. Reports anything else, and parses it as layers if possible.
fn parse_braces(
    tokens: &mut Tokens,
    word: Option<&TokenTree>,
    count: &TokenStream,
    report: &mut Report,
) -> Option<Group> {
    let group = tokens.group(0).cloned();
    if group.is_some() {
        tokens.next();
    }
    if group.as_ref().is_none_or(|group| group.delimiter() != Delimiter::Brace) {
        let found = source(count);
        let number = syn::parse2::<LitInt>(count.clone()).map_or("3".to_owned(), |_| found.clone());
        let message = format!(
            "missing braces after `repeat {found}`\n\
             help: write layers in braces, for example `repeat {number} {{ Affine(64, 64) -> Relu }}`"
        );
        report.error(quote!(#word #count), message);
    }
    if group.is_none() {
        skip_to_arrow(tokens);
    }
    group
}

/// Rejects a name for a whole `repeat`.
fn reject_label(tokens: &mut Tokens, report: &mut Report) {
    if !is_label(tokens) {
        return;
    }
    let label = tokens.take(2);
    let found = source(&label);
    let message = format!(
        "unexpected name `{found}` of a `repeat`\n\
         help: remove it, or name a layer in the braces, which becomes `name1`, `name2` and so on"
    );
    report.error(label, message);
}

/// Parses the layers in the braces, and the loss that belongs after them.
fn parse_block(block: &Group, report: &mut Report) -> (Vec<Segment>, Vec<Segment>) {
    let mut inside = Tokens::new(block.stream());
    if inside.is_empty() {
        let message = "missing layers in `repeat`\nhelp: write some, for example `{ Affine(64, 64) -> Relu }`";
        report.error(block, message);
        return (Vec::new(), Vec::new());
    }
    let first = leading_arrow(&mut inside, report);
    let (mut layers, trailing) = parse_segments(&mut inside, first, report);
    if let Some(arrow) = trailing {
        report_nothing_after(&arrow, report);
    }
    let rest = layers.split_off(loss_place(&layers));
    let tokens: Vec<TokenTree> = rest.iter().flat_map(Segment::written).collect();
    if !rest.is_empty() {
        let message = "unexpected loss in `repeat`\nhelp: move it after the braces";
        report.error(ends(&tokens), message);
    }
    (layers, rest)
}

/// Parses the count; 1 if it was reported as invalid.
fn parse_count(
    word: Option<&TokenTree>,
    count: &TokenStream,
    block: &Group,
    report: &mut Report,
) -> usize {
    let inside = match block.stream().into_iter().count() {
        0..20 => source(&block.stream()),
        _ => "…".to_owned(),
    };
    if count.is_empty() {
        let message = format!(
            "`repeat` needs a count\nhelp: write one, for example `repeat 3 {{ {inside} }}`"
        );
        report.error(word, message);
        return 1;
    }
    let literal = syn::parse2::<LitInt>(count.clone());
    let number = literal.ok().filter(|literal| matches!(literal.suffix(), "" | "usize"));
    match number.and_then(|literal| literal.base10_parse::<usize>().ok()) {
        Some(0) => {
            let message = "expected a count of at least 1, found `0`\nhelp: repeat at least once, or remove the `repeat`";
            report.error(count, message);
            1
        }
        Some(count) => count,
        None => {
            let message = format!(
                "expected an integer literal after `repeat`, found `{}`\n\
                 help: write the count itself, for example `repeat {} {{ {inside} }}`",
                source(count),
                count_in_parentheses(count).unwrap_or("3".to_owned())
            );
            report.error(count, message);
            1
        }
    }
}

/// The 3 of `(3)`.
fn count_in_parentheses(count: &TokenStream) -> Option<String> {
    let group = syn::parse2::<Group>(count.clone()).ok()?;
    syn::parse2::<LitInt>(group.stream()).ok().map(|count| count.to_string())
}

/// `count` copies of `layers`.
fn repeated(layers: &[Segment], count: usize, before: Option<Arrow>) -> Vec<Segment> {
    let mut copies = Vec::with_capacity(layers.len() * count);
    for copy in 0..count {
        for (place, layer) in layers.iter().enumerate() {
            let mut layer = layer.clone();
            if place == 0 {
                let joint = Arrow { kind: ArrowKind::Layer, tokens: TokenStream::new() };
                layer.arrow = if copy == 0 { before.clone() } else { Some(joint) };
            }
            if let Some(call) = &mut layer.call {
                call.turn = Some(turn(copy, call.turn));
            }
            copies.push(layer);
        }
    }
    copies
}

/// The turn of a layer's copy, given its `inner` turn in a nested `repeat`.
fn turn(copy: usize, inner: Option<RepeatCopy>) -> RepeatCopy {
    match (copy, inner) {
        (0, inner) => inner.unwrap_or(RepeatCopy::First),
        (1, None | Some(RepeatCopy::First)) => RepeatCopy::Second,
        _ => RepeatCopy::Later,
    }
}
