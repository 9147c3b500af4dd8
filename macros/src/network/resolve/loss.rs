//! The loss at the end of a chain, and layers or arrows used by mistake.

use quote::{ToTokens, quote};

use super::lookup::{is_layer, is_loss, lookup, no_arguments};
use super::settings;
use crate::common::report::Report;
use crate::common::tokens::{ArrowKind, ends};
use crate::network::model::Loss;
use crate::network::registry::{self, Setting};
use crate::network::syntax::ast::{Call, Segment};

/// Removes the loss from the segments, which leaves the layers.
pub(crate) fn take(
    segments: &mut Vec<Segment>,
    end_is_reported: bool,
    report: &mut Report,
) -> Option<Loss> {
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
    let call = call?;
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
    let classes = match spec.setting {
        Setting::Classes => settings::classes(&call, report),
        _ => None,
    };
    Some(Loss { call, spec, number, classes })
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
