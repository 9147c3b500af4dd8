//! Finding the row of a name, and suggestions for unknown names.

use proc_macro2::Ident;

use crate::common::report::Report;
use crate::common::spelling::is_like;
use crate::common::tokens::source;
use crate::network::registry::{self, LayerSpec, Role, Setting};
use crate::network::syntax::ast::{Arguments, Call};

/// Returns the table's row for a call. If there is none, reports that, and returns the row that was
/// probably meant.
pub(crate) fn lookup(call: &Call, what: &str, report: &mut Report) -> Option<&'static LayerSpec> {
    let name = source(&call.path);
    if let Some(map) = &call.map {
        return Some(lookup_mapped(map, &name, what, report));
    }
    if let Some(spec) = registry::find(&name) {
        return Some(spec);
    }
    if let Some(first) = call.path.segments.first().filter(|_| call.begins_with_ours()) {
        let repair = own_name(call, &first.ident);
        let message = format!(
            "expected a {what}, found `{name}`\n\
             help: write `{repair}`"
        );
        report.error(&call.path, message);
        return registry::find(&first.ident.to_string());
    }
    let wants_loss = what == "loss";
    let meant = registry::closest(&name, wants_loss);
    let is_path = call.ident().is_none();
    let is_like_ours = !is_path && (meant.is_some() || is_like(&name, "Input"));
    let ends_with_keyword =
        call.path.segments.last().is_some_and(|last| is_keyword(&last.ident.to_string()));
    if !(is_like_ours || ends_with_keyword) {
        return Some(&registry::OWN);
    }
    let mut message = format!("cannot find {what} `{name}`");
    match meant {
        Some(spec) if spec.role.is_loss() && !wants_loss => {
            message += &format!("\nhelp: remove it: `=> {}` includes it", spec.name);
        }
        Some(spec) => message += &format!("\nhelp: did you mean `{}`?", suggestion(call, spec)),
        None if ends_with_keyword => {
            message += "\nhelp: write a layer, for example `Affine(784, 50)` or `Relu`";
        }
        None => message += "\nhelp: did you mean `Input(features)`, at the beginning?",
    }
    report.error(&call.path, message);
    meant
}

/// Returns the row for the name after a `map`: a user-defined activation.
fn lookup_mapped(map: &Ident, name: &str, what: &str, report: &mut Report) -> &'static LayerSpec {
    let spec = registry::find(name);
    if spec.is_some() || what == "loss" {
        let message = format!(
            "unexpected `map` before `{name}`: it is for activations of your own\n\
             help: write `{name}`, without `map`"
        );
        report.error(map, message);
    }
    spec.unwrap_or(if what == "loss" { &registry::OWN } else { &registry::OWN_ACTIVATION })
}

/// Rewrites `Affine::new(4, 8)` as `Affine(4, 8)`.
fn own_name(call: &Call, name: &Ident) -> String {
    match &call.arguments {
        Arguments::Given(sizes) if !sizes.is_empty() => {
            let sizes: Vec<_> = sizes.iter().map(source).collect();
            format!("{name}({})", sizes.join(", "))
        }
        _ => {
            registry::find(&name.to_string()).map_or("Input(784)".to_owned(), LayerSpec::signature)
        }
    }
}

/// Rewrites `call` with the name of `spec`.
fn suggestion(call: &Call, spec: &LayerSpec) -> String {
    match (&call.arguments, spec.role) {
        (Arguments::Given(sizes), Role::Layer { .. }) if matches!(sizes.len(), 1 | 2) => {
            let sizes: Vec<_> = sizes.iter().map(source).collect();
            format!("{}({})", spec.name, sizes.join(", "))
        }
        _ => spec.signature(),
    }
}

/// Returns whether a name is a keyword that begins a path.
fn is_keyword(name: &str) -> bool {
    ["crate", "self", "super", "Self"].contains(&name)
}

/// Rejects arguments of a layer or loss that takes none.
pub(crate) fn no_arguments(call: &Call, spec: &LayerSpec, report: &mut Report) {
    let has_none = matches!(call.arguments, Arguments::Absent);
    if has_none || call.begins_with_ours() || !matches!(spec.setting, Setting::None) {
        return;
    }
    let reason = if spec.role.is_loss() { "" } else { ": it has as many outputs as inputs" };
    let message = format!(
        "`{0}` takes no arguments{reason}\nhelp: write `{0}`",
        source(&call.path_with_map())
    );
    report.error(&call.tokens, message);
}
