//! Resolving a call as a layer.

use syn::ext::IdentExt;
use syn::{Expr, Lit};

use super::arguments;
use super::lookup::{lookup, no_arguments};
use super::names::Names;
use super::sequence_meant;
use super::settings;
use super::window;
use crate::common::report::Report;
use crate::common::tokens::source;
use crate::network::model::Layer;
use crate::network::parameters::Parameters;
use crate::network::registry::{LayerSpec, Role, SequenceKind, Setting};
use crate::network::size::{Size, plain};
use crate::network::syntax::ast::{Arguments, Call};

/// Resolves a call as a layer; `None` if it was reported as invalid.
pub(crate) fn resolve_layer(
    mut call: Call,
    names: &mut Names,
    parameters: &Parameters,
    report: &mut Report,
) -> Option<Layer> {
    let mut silent = Report::default();
    let report = if call.is_first() { report } else { &mut silent };
    let Some(spec) = lookup(&call, "layer", report) else {
        let prefix = call.path.segments.last().map(|last| last.ident.unraw().to_string());
        let prefix = prefix.unwrap_or_default().to_lowercase();
        let default = names.next(&prefix, call.name.is_some());
        names.unknown_layers.push(call.name.unwrap_or(default));
        return None;
    };
    let init = match spec.role {
        Role::Layer { .. } | Role::Custom => settings::take_init(&mut call, report),
        Role::Window(kind, _) if kind.has_filters() => settings::take_init(&mut call, report),
        Role::Sequence(kind) if kind.has_parameters() => settings::take_init(&mut call, report),
        _ => None,
    };
    let has_bias = settings::take_bias(&mut call, spec, report);
    let carries = settings::take_carry(&mut call, spec, report);
    // The arguments of a misspelled name are not checked until the name is correct.
    let is_misspelt = !spec.is_own() && call.ident().is_none_or(|name| name != spec.name);
    let mut unread = Report::default();
    let report = if is_misspelt { &mut unread } else { report };
    let number = settings::number(&call, spec, report).filter(|_| !is_misspelt);
    let window = match spec.role {
        Role::Window(kind, axes) => window::read(&call, spec, (kind, axes), parameters, report),
        _ => None,
    };
    let sizes = match (spec.role, &call.arguments) {
        (Role::Window(..), _) => Vec::new(),
        _ if matches!(spec.setting, Setting::Size { .. }) => {
            window::read_size(&call, spec, parameters, report)
        }
        (Role::Layer { .. }, _) => read_sizes(&call, spec, parameters, report),
        (Role::Sequence(kind), _) if kind.sizes().2 > 0 => {
            sequence_sizes(&call, spec, kind, parameters, report)?
        }
        (Role::Custom, Arguments::Given(arguments))
            if call.ident().is_some() && reject_numbers(&call, arguments, report) =>
        {
            let default = names.own(&call);
            names.unknown_layers.push(call.name.unwrap_or(default));
            return None;
        }
        (Role::Custom, Arguments::Given(sizes) | Arguments::Angles(sizes)) => {
            sizes.iter().map(|size| Size::read(size, parameters, report)).collect()
        }
        (Role::Custom, Arguments::Mistaken) => return None,
        (Role::Custom, Arguments::Absent) => Vec::new(),
        _ => {
            if no_arguments(&call, spec, report) {
                return None;
            }
            Vec::new()
        }
    };
    let default = match spec.is_own() {
        true => names.own(&call),
        false => names.next(spec.prefix, call.name.is_some()),
    };
    let name = match (&call.name, call.turn) {
        (Some(name), None) => name.clone(),
        (Some(name), Some(_)) => names.numbered(name),
        (None, _) => default,
    };
    let is_block = matches!(call.arguments, Arguments::Angles(_));
    Some(Layer {
        name,
        spec,
        call,
        is_block,
        sizes,
        init,
        has_bias,
        carries,
        window,
        number,
        join: None,
    })
}

/// Reports an argument that no layer takes by a name that is not in the table. Returns whether there
/// was one.
fn reject_numbers(call: &Call, arguments: &[Expr], report: &mut Report) -> bool {
    let is_size = |argument: &&Expr| match plain(argument) {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_)),
        Expr::Assign(_) => false,
        _ => true,
    };
    let Some(found) = arguments.iter().find(|argument| !is_size(argument)) else { return false };
    let message = format!(
        "unknown layer `{}`: a layer of your own takes integers, found `{}`\n\
         help: layers with a number are `Dropout(0.5)`, `LeakyRelu(0.01)` and `Elu(1.0)`",
        source(&call.path),
        source(found)
    );
    report.error(&call.path, message);
    true
}

/// Reads the sizes of a layer of sequences; `None` if there are too few or too many.
fn sequence_sizes(
    call: &Call,
    spec: &LayerSpec,
    kind: SequenceKind,
    parameters: &Parameters,
    report: &mut Report,
) -> Option<Vec<Option<Size>>> {
    let (expected, fewest, most) = kind.sizes();
    let sizes = match &call.arguments {
        Arguments::Given(arguments) => {
            let meant = sequence_meant::help(spec, kind, arguments);
            if arguments::reject(call, spec.name, arguments, meant, report) {
                return None;
            }
            &arguments[..]
        }
        Arguments::Absent => &[],
        Arguments::Mistaken | Arguments::Angles(_) => return None,
    };
    if (fewest..=most).contains(&sizes.len()) {
        return Some(sizes.iter().map(|size| Size::read(size, parameters, report)).collect());
    }
    let help = sequence_meant::help(spec, kind, sizes)
        .unwrap_or_else(|| format!("write `{}`", spec.signature()));
    let message = format!("`{}` takes {expected}, found {}\nhelp: {help}", spec.name, sizes.len());
    report.error(&call.tokens, message);
    None
}

/// Reads the sizes of a layer with parameters: inputs and outputs, or outputs alone.
fn read_sizes(
    call: &Call,
    spec: &LayerSpec,
    parameters: &Parameters,
    report: &mut Report,
) -> Vec<Option<Size>> {
    let found = match &call.arguments {
        Arguments::Given(arguments)
            if arguments::reject(call, spec.name, arguments, None, report) =>
        {
            return vec![None, None];
        }
        Arguments::Given(sizes) if matches!(sizes.len(), 1 | 2) => {
            return sizes.iter().map(|size| Size::read(size, parameters, report)).collect();
        }
        Arguments::Mistaken | Arguments::Angles(_) => return vec![None, None],
        Arguments::Given(sizes) => sizes.len(),
        Arguments::Absent => 0,
    };
    let message = format!(
        "`{0}` takes two sizes, found {found}\n\
         help: write `{1}`, or `{0}(outputs)` to infer the inputs",
        spec.name,
        spec.signature(),
    );
    report.error(&call.tokens, message);
    vec![None, None]
}
