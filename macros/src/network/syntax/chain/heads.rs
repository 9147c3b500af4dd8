//! `(SoftmaxWithLoss, 0.5 * Huber)`: a loss for each output, with a weight.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;

use crate::common::nesting::is_too_long;
use crate::common::report::Report;
use crate::common::tokens::{ArrowKind, Tokens, ends, is_mark, source, split_at_commas};
use crate::network::syntax::ast::{Arrow, Call, HeadCall, HeadCalls, Segment};

/// Parses the losses in parentheses after a `=>`. `None` if there are none. `parse_call` parses one.
pub(super) fn parse(
    tokens: &mut Tokens,
    arrow: Option<&Arrow>,
    parse_call: impl Fn(&mut Tokens, &mut Report) -> Option<Call>,
    report: &mut Report,
) -> Option<HeadCalls> {
    if arrow?.kind != ArrowKind::Loss {
        return None;
    }
    reject_lone_weight(tokens, report);
    let group =
        tokens.group(0).filter(|group| group.delimiter() == Delimiter::Parenthesis)?.clone();
    let inside = Tokens::new(group.stream());
    let parts = split_at_commas(&inside);
    if parts.is_empty() {
        return None;
    }
    tokens.next();
    let heads = parts.into_iter().map(|part| head(part, &group, &parse_call, report)).collect();
    Some(HeadCalls { heads, tokens: group.to_token_stream() })
}

/// Rejects the weight of a single loss, `=> 0.5 * Huber`, and skips it.
fn reject_lone_weight(tokens: &mut Tokens, report: &mut Report) {
    let is_weight =
        matches!(tokens.peek(0), Some(TokenTree::Literal(_))) && tokens.is_punct(1, '*');
    if is_weight {
        let message = "the loss of a network has no weight\n\
                       help: remove it, or scale the learning rate";
        report.error(tokens.take(2), message);
    }
}

/// Parses `0.5 * Huber(1.0)`.
fn head(
    part: &[TokenTree],
    group: &impl ToTokens,
    parse_call: &impl Fn(&mut Tokens, &mut Report) -> Option<Call>,
    report: &mut Report,
) -> Option<HeadCall> {
    if part.is_empty() {
        let message = "a loss is missing between two commas\nhelp: write one, or remove a comma";
        report.error(group, message);
        return None;
    }
    let star = part.iter().rposition(|tree| is_mark(tree, '*'));
    // `Huber * 0.5`: the tokens after the mark are not a loss.
    let star = star.filter(|&star| star + 1 < part.len() && !is_number(&part[star + 1..]));
    let (weight, rest) = star.map_or((&[][..], part), |star| (&part[..star], &part[star + 1..]));
    let weight = match star {
        Some(_) => Some(read_weight(weight, rest, report)?),
        None => None,
    };
    let mut tokens = Tokens::new(rest.iter().cloned().collect());
    let call = parse_call(&mut tokens, report);
    if !reject_sum(&mut tokens, true, report) && !tokens.is_empty() {
        let left = tokens.take(tokens.rest().len());
        let found = source(&left);
        let loss = call.as_ref().map_or_else(|| "Huber".to_owned(), Call::source);
        let message = match found.strip_prefix('*') {
            Some(weight) => format!(
                "the weight of a loss comes before it\nhelp: write `{} * {loss}`",
                weight.trim()
            ),
            None => format!("expected `,` or `)` after `{loss}`, found `{found}`\nhelp: remove it"),
        };
        report.error(left, message);
    }
    Some(HeadCall { weight, call: call? })
}

/// Returns whether the tokens are a literal.
fn is_number(trees: &[TokenTree]) -> bool {
    matches!(trees, [TokenTree::Literal(_)])
}

/// Parses the weight before a `*`.
fn read_weight(weight: &[TokenTree], loss: &[TokenTree], report: &mut Report) -> Option<Expr> {
    let tokens: TokenStream = weight.iter().cloned().collect();
    let parsed = syn::parse2::<Expr>(tokens.clone()).ok().filter(|_| !is_too_long(tokens.clone()));
    if parsed.is_none() {
        let written = source(&loss.iter().cloned().collect::<TokenStream>());
        let found = match source(&tokens) {
            found if found.is_empty() => "none".to_owned(),
            found => format!("`{found}`"),
        };
        let message = format!(
            "expected a number before `*`, found {found}\nhelp: write `0.5 * {written}`, for example"
        );
        report.error(if weight.is_empty() { ends(loss) } else { ends(weight) }, message);
    }
    parsed
}

/// A segment whose losses were reported as invalid.
pub(super) fn mistaken(segment: &Segment) -> Segment {
    let heads = HeadCalls { heads: vec![None], tokens: segment.written() };
    Segment { arrow: segment.arrow.clone(), call: None, heads: Some(heads) }
}

/// Rejects `+` after a loss, and skips what follows.
pub(super) fn reject_sum(tokens: &mut Tokens, is_after_loss: bool, report: &mut Report) -> bool {
    if !is_after_loss || !tokens.is_punct(0, '+') {
        return false;
    }
    let message = if adds_penalty(tokens.rest()) {
        "the loss contains no penalty of the weights\n\
         help: remove it, and give the optimizer a weight decay: `.with_weight_decay(0.01)`"
    } else {
        "losses are listed, not added\n\
         help: write `=> (SoftmaxWithLoss, 0.5 * Huber)`, with one loss for each output"
    };
    report.error(tokens.next(), message);
    tokens.take(tokens.rest().len());
    true
}

/// Returns whether the tokens after a loss add a penalty of the weights, such as `0.01 * L2`.
fn adds_penalty(tokens: &[TokenTree]) -> bool {
    tokens.iter().any(|tree| match tree {
        TokenTree::Ident(name) => {
            let name = name.to_string().to_lowercase();
            matches!(&name[..], "l1" | "l2" | "ridge" | "lasso")
                || name.contains("decay")
                || name.contains("regulari")
        }
        _ => false,
    })
}
