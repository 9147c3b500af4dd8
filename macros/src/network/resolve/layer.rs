//! Resolving a call as a layer.

use syn::ext::IdentExt;

use super::lookup::{lookup, no_arguments};
use super::names::Names;
use super::settings;
use crate::common::report::Report;
use crate::network::model::Layer;
use crate::network::registry::{Role, Row};
use crate::network::size::Size;
use crate::network::syntax::ast::{Arguments, Call};

/// Resolves a call as a layer; `None` if it was reported as invalid.
pub(crate) fn resolve_layer(
    mut call: Call,
    names: &mut Names,
    report: &mut Report,
) -> Option<Layer> {
    let mut silent = Report::default();
    let report = if call.is_first() { report } else { &mut silent };
    let Some(row) = lookup(&call, "layer", report) else {
        let prefix = call.path.segments.last().map(|last| last.ident.unraw().to_string());
        let prefix = prefix.unwrap_or_default().to_lowercase();
        let default = names.next(&prefix, call.name.is_some());
        names.strangers.push(call.name.unwrap_or(default));
        return None;
    };
    let init = match row.role {
        Role::Layer { .. } | Role::Own => settings::take_init(&mut call, report),
        _ => None,
    };
    // The arguments of a misspelled name are not checked until the name is correct.
    let is_misspelt = !row.is_own() && call.ident().is_none_or(|name| name != row.name);
    let mut unread = Report::default();
    let report = if is_misspelt { &mut unread } else { report };
    let number = settings::number(&call, row, report).filter(|_| !is_misspelt);
    let sizes = match (row.role, &call.arguments) {
        (Role::Layer { .. }, _) => read_sizes(&call, row, report),
        (Role::Own, Arguments::Given(sizes)) => {
            sizes.iter().map(|size| Size::read(size, &call.source(), report)).collect()
        }
        (Role::Own, Arguments::Mistaken) => return None,
        (Role::Own, Arguments::Absent) => Vec::new(),
        _ => {
            no_arguments(&call, row, report);
            Vec::new()
        }
    };
    let default = match row.is_own() {
        true => names.own(&call),
        false => names.next(row.prefix, call.name.is_some()),
    };
    let name = match (&call.name, call.turn) {
        (Some(name), None) => name.clone(),
        (Some(name), Some(_)) => names.numbered(name),
        (None, _) => default,
    };
    Some(Layer { name, row, call, sizes, init, number })
}

/// Reads the sizes of a layer with parameters: inputs and outputs, or outputs alone.
fn read_sizes(call: &Call, row: &Row, report: &mut Report) -> Vec<Option<Size>> {
    let found = match &call.arguments {
        Arguments::Given(sizes) if matches!(sizes.len(), 1 | 2) => {
            return sizes.iter().map(|size| Size::read(size, &call.source(), report)).collect();
        }
        Arguments::Mistaken => return vec![None, None],
        Arguments::Given(sizes) => sizes.len(),
        Arguments::Absent => 0,
    };
    let message = format!(
        "`{0}` takes two sizes, found {found}\n\
         help: write `{1}`, or `{0}(outputs)` to have the inputs inferred",
        row.name,
        row.signature(),
    );
    report.error(&call.tokens, message);
    vec![None, None]
}
