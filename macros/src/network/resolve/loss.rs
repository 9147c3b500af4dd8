//! The loss at the end of a chain, and layers or arrows used by mistake.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::lookup::{is_layer, is_loss, lookup, no_arguments};
use super::settings;
use crate::common::report::Report;
use crate::common::tokens::{ArrowKind, ends, source};
use crate::network::model::{Loss, Losses};
use crate::network::registry::{self, Setting};
use crate::network::syntax::ast::{Call, HeadCall, HeadCalls, Segment};

/// Removes the losses from the segments, which leaves the layers.
pub(crate) fn take(
    segments: &mut Vec<Segment>,
    end_is_reported: bool,
    report: &mut Report,
) -> Option<Losses> {
    if let Some(heads) = take_heads(segments, report) {
        report_arrows(segments, report);
        report_losses(segments, report);
        let losses = heads.heads.into_iter().map(|head| {
            let HeadCall { weight, call } = head?;
            let weight = match &weight {
                Some(weight) => Some(settings::head_weight(weight, &call, report)?),
                None => None,
            };
            Some(Loss { weight, ..resolve(call, report)? })
        });
        // All are resolved, so that all errors are reported.
        let losses: Vec<Option<Loss>> = losses.collect();
        let heads_of = losses.into_iter().collect::<Option<_>>()?;
        return Some(Losses { heads: heads_of, are_listed: true, tokens: heads.tokens });
    }
    let is_end = |segment: &Segment| {
        is_after_loss_arrow(segment) && segment.call.as_ref().is_some_and(is_loss)
    };
    let call = match segments.iter().position(is_end) {
        Some(place) => {
            let rest = segments.split_off(place + 1);
            let loss = segments.pop().and_then(|segment| segment.call);
            report_rest(loss.as_ref(), &rest, report);
            loss
        }
        None => take_last(segments, end_is_reported, report),
    };
    report_arrows(segments, report);
    report_losses(segments, report);
    let loss = resolve(call?, report)?;
    let tokens = loss.call.tokens.clone();
    Some(Losses { heads: vec![loss], are_listed: false, tokens })
}

/// Rejects a loss at the end of a layer, and removes it.
pub(crate) fn reject(segments: &mut Vec<Segment>, report: &mut Report) {
    let is_end = |segment: &Segment| {
        let is_loss = segment.call.as_ref().is_some_and(is_loss);
        let is_other = segment.call.as_ref().is_some_and(|call| !is_layer(call));
        segment.heads.is_some() || is_loss || (is_after_loss_arrow(segment) && is_other)
    };
    if let Some(place) = segments.iter().position(is_end) {
        let rest: Vec<_> = segments.split_off(place).iter().flat_map(Segment::written).collect();
        let found = source(&rest.iter().cloned().collect::<TokenStream>());
        let message = format!(
            "a layer has no loss, found `{found}`\n\
             help: remove it, or write `struct` instead of `layer` for a network"
        );
        report.error(ends(&rest), message);
    }
    report_arrows(segments, report);
}

/// Removes the losses in parentheses, and what follows them.
fn take_heads(segments: &mut Vec<Segment>, report: &mut Report) -> Option<HeadCalls> {
    let place = segments.iter().position(|segment| segment.heads.is_some())?;
    let rest = segments.split_off(place + 1);
    let heads = segments.pop().and_then(|segment| segment.heads)?;
    let after: Vec<_> = rest.iter().flat_map(Segment::written).collect();
    if !after.is_empty() {
        let found = source(&after.iter().cloned().collect::<TokenStream>());
        let message = format!(
            "`{found}` follows the losses, which end a network\n\
             help: remove it, or move it before `=>`"
        );
        report.error(ends(&after), message);
    }
    Some(heads)
}

/// Resolves a call as a loss.
fn resolve(call: Call, report: &mut Report) -> Option<Loss> {
    if let Some(name) = &call.name {
        let message =
            format!("unexpected name `{name}` of the loss\nhelp: write `=> {}`", call.source());
        report.error(name, message);
    }
    let spec = lookup(&call, "loss", report)?;
    // The arguments of a misspelled name are not checked until the name is correct.
    let is_misspelt = !spec.is_own() && call.ident().is_none_or(|name| name != spec.name);
    let mut unread = Report::default();
    let report = if is_misspelt { &mut unread } else { report };
    no_arguments(&call, spec, report);
    let number = settings::number(&call, spec, report);
    let settings = match spec.setting {
        Setting::Classes => settings::classes(&call, report),
        Setting::PosWeight => settings::pos_weight(&call, report),
        Setting::None | Setting::Number(_) | Setting::Size { .. } => None,
    };
    if !spec.is_own() && !spec.role.is_loss() {
        let message =
            format!("`{0}` is a layer, not a loss\nhelp: move it before `=>`", call.source());
        report.error(&call.tokens, message);
        return None;
    }
    Some(Loss { call, spec, number, settings, weight: None })
}

/// The most losses in parentheses, as the runtime has tuples for.
const MOST_HEADS: usize = 8;

/// Checks that there are as many losses in parentheses as outputs.
pub(crate) fn check_count(losses: &Losses, outputs: usize, report: &mut Report) {
    let count = losses.heads.len();
    if !losses.are_listed {
        return;
    }
    let counted = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}{}", if noun.ends_with('s') { "es" } else { "s" }),
    };
    let message = if outputs == 1 {
        let first = losses.heads.first().map_or_else(String::new, |loss| loss.call.source());
        format!(
            "losses in parentheses belong to several outputs, but the network has one\n\
             help: write `=> {first}`"
        )
    } else if count != outputs {
        format!(
            "the network has {outputs} outputs, but {}\n\
             help: write one loss for each output, in the same order",
            counted(count, "loss")
        )
    } else if count > MOST_HEADS {
        format!(
            "{count} losses are too many: a list has at most {MOST_HEADS}\n\
             help: join outputs that share a loss with `concat`"
        )
    } else {
        return;
    };
    report.error(&losses.tokens, message);
}

fn is_after_loss_arrow(segment: &Segment) -> bool {
    segment.arrow.as_ref().is_some_and(|arrow| arrow.kind == ArrowKind::Loss)
}

/// The loss of a chain without a loss after `=>`: the last segment may still be one.
fn take_last(
    segments: &mut Vec<Segment>,
    end_is_reported: bool,
    report: &mut Report,
) -> Option<Call> {
    let last = segments.last_mut()?;
    let call = last.call.as_ref()?;
    let written = call.source();
    let is_after_arrow = is_after_loss_arrow(last);
    if is_after_arrow && is_layer(call) {
        let message = format!(
            "expected a loss after `=>`, found layer `{written}`\n\
             help: write `-> {written} => SoftmaxWithLoss`"
        );
        report.error(&call.tokens, message);
        last.arrow = None;
        return None;
    }
    if is_after_arrow {
        return segments.pop().and_then(|segment| segment.call);
    }
    if is_loss(call) {
        if let Some(arrow) = &last.arrow {
            let (arrow, call) = (&arrow.tokens, &call.tokens);
            let message = format!(
                "expected `=>` before the loss `{written}`, found `->`\n\
                 help: write `=> {written}`"
            );
            report.error(quote!(#arrow #call), message);
        }
        return segments.pop().and_then(|segment| segment.call);
    }
    if !end_is_reported {
        let message = format!(
            "missing loss after `{written}`\n\
             help: add `=> SoftmaxWithLoss` for classification, or `=> IdentityWithLoss` for \
             regression"
        );
        report.error(&call.tokens, message);
    }
    None
}

/// Reports segments after the loss.
fn report_rest(loss: Option<&Call>, rest: &[Segment], report: &mut Report) {
    let calls: Vec<&Call> = rest.iter().filter_map(|segment| segment.call.as_ref()).collect();
    let (Some(loss), Some(first)) = (loss.map(Call::source), calls.first()) else {
        return;
    };
    let written = first.source();
    let message = if is_loss(first) {
        format!(
            "expected one loss, found `{written}` after `{loss}`\n\
             help: remove one of the two"
        )
    } else {
        format!(
            "unexpected layer `{written}` after the loss\n\
             help: move it before `=> {loss}`"
        )
    };
    let tokens: Vec<_> = calls.iter().flat_map(|call| call.tokens.to_token_stream()).collect();
    report.error(ends(&tokens), message);
}

/// Reports `=>` between layers.
fn report_arrows(segments: &[Segment], report: &mut Report) {
    for (place, segment) in segments.iter().enumerate() {
        let (Some(arrow), Some(call)) = (&segment.arrow, &segment.call) else {
            continue;
        };
        if arrow.kind != ArrowKind::Loss {
            continue;
        }
        let message = if place == 0 {
            "expected a layer, found `=>`\nhelp: remove `=>`".to_owned()
        } else {
            format!(
                "expected `->` before layer `{0}`, found `=>`\n\
                 help: write `-> {0}`",
                call.source()
            )
        };
        report.error(&arrow.tokens, message);
    }
}

/// Reports losses among the layers, and removes them.
pub(crate) fn report_losses(segments: &mut Vec<Segment>, report: &mut Report) {
    segments.retain(|segment| {
        let Some(call) = &segment.call else {
            return true;
        };
        let spec = call.ident().and_then(|name| registry::find(&name.to_string()));
        let is_loss = spec.is_some_and(|spec| spec.role.is_loss());
        if is_loss && call.is_first() {
            let message = format!(
                "expected a layer, found loss `{0}`\n\
                 help: remove it, or end the network with `=> {0}`",
                call.source()
            );
            report.error(&call.tokens, message);
        }
        !is_loss
    });
}
