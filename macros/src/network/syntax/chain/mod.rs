//! The chain: layers joined by arrows, and the loss at its end.

mod heads;
mod repeat;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Path;
use syn::parse::Parser;

use crate::common::names::parse_name;
use crate::common::report::Report;
use crate::common::tokens::{ArrowKind, Tokens, ends, is_mark, source};
use crate::network::registry;
use crate::network::syntax::arguments::parse_arguments;
use crate::network::syntax::ast::{Arrow, Call, Chain, Kind, Segment, is_library};
use crate::network::syntax::functional;

/// Parses the remaining tokens. `before` is where missing layers are reported: `None` for a chain
/// that cannot be empty, no tokens if that was already reported.
pub(crate) fn parse_chain(
    tokens: &mut Tokens,
    before: Option<TokenStream>,
    kind: Kind,
    report: &mut Report,
) -> Chain {
    if tokens.is_empty() {
        if let Some(before) = before.filter(|before| !before.is_empty()) {
            let message = match kind {
                Kind::Network => {
                    "missing layers\n\
                     help: write `= Affine(784, 50) -> Relu -> Affine(50, 10) => SoftmaxWithLoss`"
                }
                Kind::Layer => "missing layers\nhelp: write `= Affine(784, 50) -> Relu`",
            };
            report.error(before, message);
        }
        return Chain { segments: Vec::new(), end_is_reported: true };
    }
    if tokens.ident(0).is_some_and(|word| word == "return") && tokens.rest().len() > 1 {
        report.error(tokens.next(), "unexpected `return`\nhelp: remove it");
    }
    let first = leading_arrow(tokens, report);
    let (segments, trailing) = parse_segments(tokens, first, report);
    match (&trailing, kind) {
        (Some(arrow), Kind::Network) => report_trailing(arrow, &segments, report),
        (Some(arrow), Kind::Layer) => report_nothing_after(arrow, report),
        (None, _) => {}
    }
    let end_is_reported = trailing.is_some() || segments.is_empty();
    Chain { segments, end_is_reported }
}

/// Parses layers joined by arrows, and returns a trailing arrow. `arrow` is the one before the
/// first layer.
pub(crate) fn parse_segments(
    tokens: &mut Tokens,
    mut arrow: Option<Arrow>,
    report: &mut Report,
) -> (Vec<Segment>, Option<Arrow>) {
    let mut segments = Vec::new();
    loop {
        arrow = doubled_arrows(tokens, arrow, report);
        if tokens.is_empty() {
            return (segments, arrow);
        }
        let is_loss = arrow.as_ref().is_some_and(|arrow| arrow.kind == ArrowKind::Loss);
        if is_loss && reject_losses(tokens, report) {
            segments.push(Segment { arrow, call: None, heads: None });
            return (segments, None);
        }
        if repeat::follows(tokens) {
            segments.extend(repeat::parse(tokens, arrow, report));
        } else if let Some(heads) = heads::parse(tokens, arrow.as_ref(), parse_call, report) {
            segments.push(Segment { arrow, call: None, heads: Some(heads) });
        } else {
            let call = parse_call(tokens, report);
            segments.push(Segment::new(arrow, call));
        }
        let is_loss = loss_place(&segments) < segments.len();
        if heads::reject_sum(tokens, is_loss, report) {
            if let Some(last) = segments.last_mut() {
                *last = heads::mistaken(last);
            }
            return (segments, None);
        }
        if is_loss && reject_optimizer(tokens, report) {
            return (segments, None);
        }
        if reject_combine(tokens, report) {
            segments.push(Segment::new(None, None));
            return (segments, None);
        }
        arrow = parse_arrow(tokens, report);
        if arrow.is_none() {
            return (segments, None);
        }
    }
}

/// Rejects losses with commas between and no parentheses, and skips them.
fn reject_losses(tokens: &mut Tokens, report: &mut Report) -> bool {
    let rest = tokens.rest();
    let comma = rest.iter().position(|tree| is_mark(tree, ','));
    if comma.is_none_or(|comma| comma + 1 == rest.len()) || optimizer(rest).is_some() {
        return false;
    }
    let found = source(&rest.iter().cloned().collect::<TokenStream>());
    let message = format!(
        "expected one loss, or one for each output in parentheses; found `{found}`\n\
         help: write `=> ({found})`"
    );
    report.error(ends(rest), message);
    tokens.take(tokens.rest().len());
    true
}

/// The optimizer that the tokens name: how it is created.
fn optimizer(trees: &[TokenTree]) -> Option<&'static str> {
    const OPTIMIZERS: [&str; 7] = [
        "Sgd::new(0.1)",
        "Momentum::new(0.1, 0.9)",
        "Nesterov::new(0.1, 0.9)",
        "AdaGrad::new(0.01)",
        "RmsProp::new(0.01, 0.99)",
        "Adam::new(0.001)",
        "AdamW::new(0.001)",
    ];
    let known = |name: String| {
        let is_named = |new: &&str| {
            new.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(&name))
        };
        OPTIMIZERS.into_iter().find(is_named)
    };
    trees.iter().find_map(|tree| match tree {
        TokenTree::Ident(name) => known(name.to_string()),
        _ => None,
    })
}

/// Rejects an optimizer after the loss, and skips it.
fn reject_optimizer(tokens: &mut Tokens, report: &mut Report) -> bool {
    let Some(new) = optimizer(tokens.rest()) else { return false };
    let found = source(&tokens.rest().iter().cloned().collect::<TokenStream>());
    let message = format!(
        "a network contains no optimizer, found `{found}`\n\
         help: remove it, and train with one: `Trainer::new(net, {new}?)`"
    );
    report.error(ends(tokens.rest()), message);
    tokens.take(tokens.rest().len());
    true
}

/// Rejects `+` and the like after a layer, and skips what follows.
fn reject_combine(tokens: &mut Tokens, report: &mut Report) -> bool {
    let Some(mark) = tokens.punct(0).filter(|mark| "+*/".contains(mark.as_char())).cloned() else {
        return false;
    };
    let message = format!(
        "expected an arrow, found `{mark}` after a layer\n\
         help: in a network with lines, write parentheses around the layers, for example \
         `(x -> Affine(64)) {mark} x`"
    );
    report.error(&mark, message);
    tokens.take(tokens.rest().len());
    true
}

/// Parses an arrow before the first layer. It is dropped, except that `=>` is kept if it may be the
/// arrow of a network without layers.
pub(crate) fn leading_arrow(tokens: &mut Tokens, report: &mut Report) -> Option<Arrow> {
    let kind = tokens.arrow()?;
    let arrow = take_arrow(tokens, kind, report);
    if kind == ArrowKind::Loss {
        return Some(arrow);
    }
    let message = "expected a layer, found `->`\nhelp: remove `->`";
    report.error(&arrow.tokens, message);
    None
}

/// Rejects arrows that follow `arrow`; the last one is used.
fn doubled_arrows(
    tokens: &mut Tokens,
    mut arrow: Option<Arrow>,
    report: &mut Report,
) -> Option<Arrow> {
    while let (Some(first), Some(kind)) = (&arrow, tokens.arrow()) {
        let second = take_arrow(tokens, kind, report);
        let (one, other) = (&first.tokens, &second.tokens);
        let message = format!(
            "missing layer between `{}` and `{}`\n\
             help: remove one of the two, or write a layer between them",
            first.kind.text(),
            kind.text()
        );
        report.error(quote!(#one #other), message);
        arrow = Some(second);
    }
    arrow
}

/// Reports a trailing arrow.
pub(crate) fn report_trailing(arrow: &Arrow, segments: &[Segment], report: &mut Report) {
    let is_after = |segment: &Segment| {
        segment.arrow.as_ref().is_some_and(|arrow| arrow.kind == ArrowKind::Loss)
    };
    let message = if segments.iter().any(is_after) {
        format!("unexpected `{0}` after the loss\nhelp: remove `{0}`", arrow.kind.text())
    } else {
        format!(
            "missing loss after `{}`\n\
             help: end with `=> SoftmaxWithLoss` for classification, or with `=> IdentityWithLoss` \
             for regression",
            arrow.kind.text()
        )
    };
    report.error(&arrow.tokens, message);
}

/// Reports a trailing arrow where no loss is expected.
pub(crate) fn report_nothing_after(arrow: &Arrow, report: &mut Report) {
    let text = arrow.kind.text();
    let message = format!("missing layer after `{text}`\nhelp: write one, or remove `{text}`");
    report.error(&arrow.tokens, message);
}

/// The index of the first segment after a `=>`, or else the end.
pub(crate) fn loss_place(segments: &[Segment]) -> usize {
    let is_loss = |segment: &Segment| {
        segment.arrow.as_ref().is_some_and(|arrow| arrow.kind == ArrowKind::Loss)
    };
    segments.iter().position(is_loss).unwrap_or(segments.len())
}

/// Takes the arrow at this position.
fn take_arrow(tokens: &mut Tokens, kind: ArrowKind, report: &mut Report) -> Arrow {
    let spaced =
        tokens.punct(0).is_some_and(|first| first.spacing() == proc_macro2::Spacing::Alone);
    let arrow = Arrow { kind, tokens: tokens.take(2) };
    if spaced {
        let message = format!("unexpected space in `{0}`\nhelp: write `{0}`", kind.text());
        report.error(&arrow.tokens, message);
    }
    arrow
}

/// Parses the arrow to the next segment. `None` at the end of the chain.
pub(crate) fn parse_arrow(tokens: &mut Tokens, report: &mut Report) -> Option<Arrow> {
    reject_keyword(tokens, report);
    if let Some(kind) = tokens.arrow() {
        return Some(take_arrow(tokens, kind, report));
    }
    let found = match tokens.peek(0)? {
        TokenTree::Ident(_) => 0,
        TokenTree::Punct(_) if tokens.is_path_separator(0) => 0,
        TokenTree::Punct(_) => tokens.marks(),
        TokenTree::Group(_) | TokenTree::Literal(_) => 1,
    };
    let marks = tokens.take(found);
    // Groups and numbers cannot be part of an arrow: they are skipped.
    while found > 0 && matches!(tokens.peek(0), Some(TokenTree::Group(_) | TokenTree::Literal(_))) {
        tokens.next();
    }
    report_arrow(tokens, &marks, report);
    if tokens.is_empty() {
        return None;
    }
    if let Some(kind) = tokens.arrow() {
        return Some(take_arrow(tokens, kind, report));
    }
    Some(Arrow { kind: meant_arrow(tokens), tokens: marks })
}

/// Rejects `where`, `as` and the like, and skips to the next arrow.
fn reject_keyword(tokens: &mut Tokens, report: &mut Report) {
    let Some(word) = tokens.ident(0).map(ToString::to_string) else {
        return;
    };
    let is_name = syn::parse_str::<Ident>(&word).is_ok() || word == "_";
    if is_name || ["crate", "self", "super", "Self"].contains(&word.as_str()) {
        return;
    }
    // `fn: Relu` is a layer with an invalid name.
    if tokens.is_punct(1, ':') {
        return;
    }
    let skipped = skip_to_arrow(tokens);
    let found = source(&skipped.iter().cloned().collect::<TokenStream>());
    let message = format!("unexpected `{found}`\nhelp: remove it");
    report.error(ends(&skipped), message);
}

/// Reports `marks`, possibly none, in place of an arrow.
fn report_arrow(tokens: &Tokens, marks: &TokenStream, report: &mut Report) {
    let found = source(marks);
    if tokens.is_empty() && found == ">" {
        let message = "unmatched `>`\nhelp: remove it, or begin the network with `<`";
        report.error(marks, message);
    } else if tokens.is_empty() || tokens.arrow().is_some() {
        let message = format!("unexpected `{found}`\nhelp: remove it");
        report.error(marks, message);
    } else if let (true, Some(next)) = (marks.is_empty(), tokens.peek(0)) {
        let arrow = meant_arrow(tokens).text();
        let message = format!("missing `{arrow}` before `{next}`\nhelp: write `{arrow} {next}`");
        report.error(next, message);
    } else {
        let message = format!(
            "expected an arrow, found `{found}`\n\
             help: write `->` before a layer, and `=>` before the loss"
        );
        report.error_once(marks, message);
    }
}

/// The arrow that belongs before the next segment: only a loss has `=>`.
fn meant_arrow(tokens: &Tokens) -> ArrowKind {
    let is_loss = tokens
        .ident(0)
        .and_then(|name| registry::find(&name.to_string()))
        .is_some_and(|spec| spec.role.is_loss());
    if is_loss { ArrowKind::Loss } else { ArrowKind::Layer }
}

/// Parses a layer or the loss. `None` if it was reported as invalid; the next token is then an
/// arrow, or there is none.
fn parse_call(tokens: &mut Tokens, report: &mut Report) -> Option<Call> {
    while tokens.is_punct(0, '#') && tokens.group(1).is_some() {
        let message = "attributes of layers are not supported\nhelp: remove it";
        report.error(tokens.take(2), message);
    }
    let name = parse_label(tokens, report);
    let map = parse_map(tokens);
    if reject_dots(tokens, report) {
        return None;
    }
    let Some((path, path_tokens)) = parse_path(tokens) else {
        let place: Vec<TokenTree> = skip_to_arrow(tokens);
        let found = place.iter().cloned().collect::<TokenStream>();
        let message = match place.first() {
            Some(first) => {
                format!("expected a layer, found `{}`\nhelp: {}", source(first), instead(&place))
            }
            None => format!(
                "missing layer after `{0}:`\nhelp: write one, for example `{0}: Relu`",
                source(&name)
            ),
        };
        report.error(if found.is_empty() { name.to_token_stream() } else { ends(&place) }, message);
        return None;
    };
    let mut written = quote!(#map #path_tokens);
    let arguments = parse_arguments(tokens, &source(&path), &mut written, report);
    Some(Call { name, map, path, arguments, tokens: written, turn: None })
}

/// The help for tokens that are not a layer.
fn instead(tokens: &[TokenTree]) -> String {
    let rest = || source(&tokens.iter().skip(2).cloned().collect::<TokenStream>());
    let found = match tokens {
        // `(Affine(8) -> Relu) * 3`
        [TokenTree::Group(group), mark, TokenTree::Literal(count)] if is_mark(mark, '*') => {
            let layers = source(&group.stream());
            Some(format!("write `repeat {count} {{ {layers} }}`"))
        }
        // `[Affine(4, 8), Relu]`
        [TokenTree::Group(group), ..] => {
            functional::list(group.stream()).map(|layers| format!("write `{layers}`"))
        }
        // `3 * Affine(8, 8)`
        [TokenTree::Literal(count), mark, _, ..] if is_mark(mark, '*') => {
            let layers = match tokens {
                [_, _, TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                    source(&group.stream())
                }
                _ => rest(),
            };
            Some(format!("write `repeat {count} {{ {layers} }}`"))
        }
        // `"Relu"`, or `50` for a layer with 50 outputs.
        [TokenTree::Literal(literal)] => {
            let text = literal.to_string();
            let layer = text.trim_matches('"').parse().ok().and_then(functional::list);
            match text.parse::<u64>() {
                Ok(size) => Some(format!("write `Affine({size})` for a layer with {size} outputs")),
                Err(_) => layer.map(|layer| format!("write `{layer}`, without quotes")),
            }
        }
        [TokenTree::Ident(word), .., TokenTree::Group(body)] if word == "for" => {
            Some(format!("write `repeat 3 {}`, with a count", source(body)))
        }
        _ => None,
    };
    found.unwrap_or("write a layer, for example `Affine(784, 50)` or `Relu`".to_owned())
}

/// Rejects a path with dots, unless it leads into another library. Its layer is skipped.
fn reject_dots(tokens: &mut Tokens, report: &mut Report) -> bool {
    let Some((path, written, count)) = joined_by_dots(tokens) else { return false };
    if path.segments.first().is_some_and(|first| is_library(&first.ident.to_string())) {
        return false;
    }
    tokens.take(count);
    let group = tokens.group(0).cloned();
    if group.is_some() {
        tokens.next();
    }
    let message = format!(
        "expected `::` in a path, found `.`\nhelp: write `{}`",
        source(&quote!(#path #group))
    );
    report.error(written, message);
    true
}

/// Reads `nn.Linear` as the path `nn::Linear`, and returns it with its source and its length.
fn joined_by_dots(tokens: &Tokens) -> Option<(Path, TokenStream, usize)> {
    let mut count = 1;
    while tokens.is_punct(count, '.') && tokens.ident(count + 1).is_some() {
        count += 2;
    }
    let first = tokens.ident(0).filter(|first| registry::known(&first.to_string()).is_none())?;
    if count == 1 || syn::parse2::<Ident>(first.to_token_stream()).is_err() {
        return None;
    }
    let written: TokenStream = tokens.rest().iter().take(count).cloned().collect();
    let names = written.clone().into_iter().filter(|tree| matches!(tree, TokenTree::Ident(_)));
    let path = Path::parse_mod_style.parse2(quote!(#(#names)::*)).ok()?;
    Some((path, written, count))
}

/// Parses `map`, if a path follows it.
fn parse_map(tokens: &mut Tokens) -> Option<Ident> {
    let map = tokens.ident(0).filter(|word| *word == "map").cloned()?;
    if tokens.ident(1).is_none() && !tokens.is_path_separator(1) {
        return None;
    }
    tokens.next();
    Some(map)
}

/// Parses `name:`, if it is at this position.
fn parse_label(tokens: &mut Tokens, report: &mut Report) -> Option<Ident> {
    if !is_label(tokens) {
        return None;
    }
    let name = parse_name(tokens, "a layer", report);
    tokens.next();
    while tokens.ident(0).is_some() && is_label(tokens) {
        let other = tokens.take(2);
        let message = format!("unexpected second name `{0}`\nhelp: remove `{0}`", source(&other));
        report.error(other, message);
    }
    name.and_then(Result::ok)
}

/// Returns whether a `:` follows the next token.
pub(crate) fn is_label(tokens: &Tokens) -> bool {
    tokens.is_punct(1, ':') && !tokens.is_path_separator(1)
}

/// Skips to the next arrow or comma.
pub(crate) fn skip_to_arrow(tokens: &mut Tokens) -> Vec<TokenTree> {
    let mut skipped = Vec::new();
    while tokens.arrow().is_none() && !tokens.is_punct(0, ',') {
        let Some(tree) = tokens.next() else { break };
        skipped.push(tree);
    }
    skipped
}

/// `Relu`, `my::Layer`, `::other::Layer`.
fn parse_path(tokens: &mut Tokens) -> Option<(Path, TokenStream)> {
    if let Some((path, written, count)) = joined_by_dots(tokens) {
        tokens.take(count);
        return Some((path, written));
    }
    let mut count = if tokens.is_path_separator(0) { 2 } else { 0 };
    while tokens.ident(count).is_some() {
        count += 1;
        if !(tokens.is_path_separator(count) && tokens.ident(count + 2).is_some()) {
            break;
        }
        count += 2;
    }
    let written: TokenStream = tokens.rest().iter().take(count).cloned().collect();
    let path = Path::parse_mod_style.parse2(written.clone()).ok()?;
    tokens.take(count);
    Some((path, written))
}
